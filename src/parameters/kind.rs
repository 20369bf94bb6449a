//! The kinds of parameters: each says what it accepts to the code, and to the description as a JSON schema.

mod choice;
mod email;
mod integer;
mod list;
mod moment;
mod text;

use serde_json::{Map, Value};

use super::object::{Field, Object};

pub use self::{
    choice::{Choices, OneOf},
    list::{Distinct, Element, IdsOrNull},
    text::{FILLED, Secret, Text, TextOrEmpty},
};

/// The schemas that others refer to, by name.
pub type Schemas = Map<String, Value>;

/// A kind of value.
pub trait Kind {
    /// What the code gets.
    type Value;

    /// The value; `None` where it is refused, and the problem is noted.
    fn parse(field: &Field<'_>) -> Option<Self::Value>;

    /// As [`Kind::parse`], where the parameter may be left out; null and `""` leave it out, too.
    fn parse_optional(field: &Field<'_>) -> Option<Option<Self::Value>> {
        if field.is_empty() { Some(None) } else { Self::parse(field).map(Some) }
    }

    /// What [`Kind::parse`] accepts.
    fn schema() -> Value;

    /// What [`Kind::parse_optional`] accepts.
    fn optional_schema() -> Value;

    /// Adds the schemas that this one refers to.
    fn add_schemas(_: &mut Schemas) {}
}

/// A named parameter of an object: a kind is required, an `Option` of one is not.
pub trait Parameter {
    type Value;
    const IS_REQUIRED: bool;

    /// The value; `None` where it is missing or refused, and the problem is noted.
    fn parse(object: &Object<'_>, name: &str) -> Option<Self::Value>;

    fn schema() -> Value;

    /// Adds the schemas that this one refers to.
    fn add_schemas(_: &mut Schemas) {}
}

impl<K: Kind> Parameter for K {
    type Value = K::Value;
    const IS_REQUIRED: bool = true;

    fn parse(object: &Object<'_>, name: &str) -> Option<K::Value> {
        let Some(field) = object.field(name) else {
            object.note_missing(name);
            return None;
        };
        K::parse(&field)
    }

    fn schema() -> Value {
        K::schema()
    }

    fn add_schemas(schemas: &mut Schemas) {
        K::add_schemas(schemas);
    }
}

impl<K: Kind> Parameter for Option<K> {
    type Value = Option<K::Value>;
    const IS_REQUIRED: bool = false;

    fn parse(object: &Object<'_>, name: &str) -> Option<Self::Value> {
        match object.field(name) {
            Some(field) => K::parse_optional(&field),
            None => Some(None),
        }
    }

    fn schema() -> Value {
        K::optional_schema()
    }

    fn add_schemas(schemas: &mut Schemas) {
        K::add_schemas(schemas);
    }
}
