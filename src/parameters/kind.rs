//! The kinds of parameters. Each has a parser, and a JSON schema for `/openapi.json`.

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
    integer::{FilterId, PageNumber},
    list::{Distinct, Element, IdsOrNull},
    moment::DateOrMoment,
    text::{NOT_BLANK_PATTERN, Secret, Text, TextOrEmpty},
};

/// Named schemas, which other schemas refer to.
pub type Schemas = Map<String, Value>;

/// A kind of value, such as `Text<255>`.
pub trait Kind {
    type Value;

    /// The value; `None` if it is refused, after noting the problem.
    fn parse(field: &Field<'_>) -> Option<Self::Value>;

    /// Like [`Kind::parse`], for a parameter that may be missing: null and `""` give `Some(None)`.
    fn parse_optional(field: &Field<'_>) -> Option<Option<Self::Value>> {
        if field.is_empty() { Some(None) } else { Self::parse(field).map(Some) }
    }

    /// The JSON schema of what [`Kind::parse`] accepts.
    fn schema() -> Value;

    /// The JSON schema of what [`Kind::parse_optional`] accepts.
    fn optional_schema() -> Value;

    /// Adds the named schemas that this one refers to.
    fn add_schemas(_: &mut Schemas) {}
}

/// A named parameter of an object: `K` if it is required, `Option<K>` if not.
pub trait Parameter {
    type Value;
    const IS_REQUIRED: bool;

    /// The value; `None` if it is missing or refused, after noting the problem.
    fn parse(object: &Object<'_>, name: &str) -> Option<Self::Value>;

    fn schema() -> Value;

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
