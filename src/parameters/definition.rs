//! `parameters!`: generates a struct, its parser and its JSON schema from one definition, in the order of its fields.

use serde_json::{Value, json};

use super::{
    kind::{Kind, Parameter, Schemas},
    object::{Field, Object},
};

/// An object with named parameters. Implemented by [`parameters!`].
pub trait Fields: Sized + 'static {
    /// Its name in `/openapi.json`.
    const NAME: &'static str;

    /// Parses all parameters and notes each problem. `None` if there is a problem.
    fn parse(object: &Object<'_>) -> Option<Self>;

    fn properties() -> Vec<Property>;

    /// Markdown for `/openapi.json`; may be empty.
    fn description() -> String;
}

/// One parameter as `/openapi.json` describes it.
pub struct Property {
    pub name: &'static str,
    pub is_required: bool,
    /// A JSON schema, with the parameter's description and example.
    pub schema: Value,
    add_schemas: fn(&mut Schemas),
}

impl Property {
    pub fn new<P: Parameter>(name: &'static str, description: &[&str], example: Option<Value>) -> Self {
        let mut schema = P::schema();
        if !description.is_empty() {
            schema["description"] = paragraph(description).into();
        }
        if let Some(example) = example {
            schema["example"] = example;
        }
        Self { name, is_required: P::IS_REQUIRED, schema, add_schemas: P::add_schemas }
    }
}

/// Joins the lines of a doc comment.
pub fn paragraph(lines: &[&str]) -> String {
    lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join("\n")
}

/// The name of a parameter whose field is a raw identifier, such as `r#type`.
pub fn plain_name(field: &'static str) -> &'static str {
    field.strip_prefix("r#").unwrap_or(field)
}

fn object_schema<T: Fields>() -> Value {
    let properties = T::properties();
    let required: Vec<&str> = properties.iter().filter(|one| one.is_required).map(|one| one.name).collect();
    let mut schema = json!({ "type": "object" });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema["properties"] = properties.into_iter().map(|one| (one.name.to_owned(), one.schema)).collect();
    let description = T::description();
    if !description.is_empty() {
        schema["description"] = description.into();
    }
    schema
}

impl<T: Fields> Kind for T {
    type Value = T;

    fn parse(field: &Field<'_>) -> Option<T> {
        <T as Fields>::parse(&field.as_object()?)
    }

    fn schema() -> Value {
        json!({ "$ref": format!("#/components/schemas/{}", T::NAME) })
    }

    fn optional_schema() -> Value {
        json!({ "oneOf": [<T as Kind>::schema(), { "type": "null" }, { "enum": [""] }] })
    }

    fn add_schemas(schemas: &mut Schemas) {
        schemas.insert(T::NAME.to_owned(), object_schema::<T>());
        for property in T::properties() {
            (property.add_schemas)(schemas);
        }
    }
}

/// Defines the parameters of an object as a struct whose fields are kinds. Doc comments and `#[schema(example = …)]`
/// have the form of [`utoipa::ToSchema`]. The generated field contains the kind's [`Kind::Value`]: a `Text<255>`
/// becomes a `String`.
macro_rules! parameters {
    ($(
        $(#[doc = $about:literal])*
        $visibility:vis struct $name:ident {
            $($(#[doc = $description:literal])* $(#[schema(example = $example:expr)])? $field:ident: $kind:ty,)*
        }
    )*) => {$(
        $(#[doc = $about])*
        $visibility struct $name {
            $($(#[doc = $description])* pub $field: <$kind as $crate::parameters::Parameter>::Value,)*
        }

        impl $crate::parameters::Fields for $name {
            const NAME: &'static str = stringify!($name);

            fn parse(object: &$crate::parameters::Object<'_>) -> Option<Self> {
                $(let $field = object.parse::<$kind>($crate::parameters::plain_name(stringify!($field)));)*
                Some(Self { $($field: $field?,)* })
            }

            fn properties() -> Vec<$crate::parameters::Property> {
                vec![$($crate::parameters::Property::new::<$kind>(
                    $crate::parameters::plain_name(stringify!($field)),
                    &[$($description),*],
                    None$(.or(Some(serde_json::json!($example))))?,
                )),*]
            }

            fn description() -> String {
                $crate::parameters::paragraph(&[$($about),*])
            }
        }
    )*};
}
pub(crate) use parameters;
