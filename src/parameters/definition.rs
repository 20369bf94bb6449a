//! `parameters!`: one definition of an object gives the struct, its parser and its schema, in the order of its fields.

use serde_json::{Value, json};

use super::{
    kind::{Kind, Parameter, Schemas},
    object::{Field, Object},
};

/// An object whose parameters are known by name. Implemented by [`parameters!`].
pub trait Fields: Sized + 'static {
    /// What the description calls it.
    const NAME: &'static str;

    /// All parameters, every problem noted in their order; `None` if there is one.
    fn parse(object: &Object<'_>) -> Option<Self>;

    fn properties() -> Vec<Property>;

    /// For people.
    fn description() -> String;
}

/// One parameter as the description has it.
pub struct Property {
    pub name: &'static str,
    pub is_required: bool,
    /// With the description and the example among it.
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

/// The lines of a doc comment as one text.
pub fn paragraph(lines: &[&str]) -> String {
    lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join("\n")
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

/// Defines the parameters of an object: a struct whose fields are kinds, with doc comments and examples as
/// [`utoipa::ToSchema`] takes them. A field of the kind `Text<255>` holds a `String`: the kind's [`Kind::Value`].
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
                $(let $field = object.parse::<$kind>(stringify!($field));)*
                Some(Self { $($field: $field?,)* })
            }

            fn properties() -> Vec<$crate::parameters::Property> {
                vec![$($crate::parameters::Property::new::<$kind>(
                    stringify!($field),
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
