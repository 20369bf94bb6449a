//! The subject of a condition or an order term: one column, and the values that its field allows.

use super::truncate;
use crate::{
    catalogue::{
        column::Column,
        object::{Field, Kind, Object, Part},
    },
    error::{Error, Result},
};

#[derive(Debug)]
pub struct Subject<'o> {
    pub path: String,
    pub column: &'o Column,
    pub values: Values<'o>,
}

/// One value or a list, of any text or only of these options.
#[derive(Debug, Clone, Copy)]
pub enum Values<'o> {
    One,
    OneOf(&'o [String]),
    Many,
    ManyOf(&'o [String]),
}

impl<'o> Subject<'o> {
    /// Finds the column at a path such as `name.lastName`; refuses unknown fields, and composites without a part.
    pub fn find(object: &'o Object, path: &str) -> Result<Self> {
        let (field, part) = match path.split_once('.') {
            Some((field, part)) => (object.field(field), Some(part)),
            None => (object.field(path), None),
        };
        match (object.column(path), field) {
            (Some(column), Some(field)) => {
                Ok(Self { path: column.path(), column, values: field.values(part) })
            }
            // `id`, `createdAt`, `updatedAt` or `deletedAt`.
            (Some(column), None) => Ok(Self { path: column.path(), column, values: Values::One }),
            (None, Some(Field { kind: Kind::Composite(_, parts), name, .. })) if part.is_none() => {
                Err(part_missing(name, parts))
            }
            (None, Some(_)) => Err(unknown_field(object, path)),
            (None, None) => Err(unknown_field(object, path.split('.').next().unwrap_or(path))),
        }
    }

    pub fn options(&self) -> Option<&'o [String]> {
        match self.values {
            Values::OneOf(options) | Values::ManyOf(options) => Some(options),
            Values::One | Values::Many => None,
        }
    }
}

impl Field {
    fn values(&self, part: Option<&str>) -> Values<'_> {
        match &self.kind {
            Kind::Enum(options) => Values::OneOf(options),
            Kind::MultiSelect(options) => Values::ManyOf(options),
            Kind::Array => Values::Many,
            Kind::Composite(_, parts) => parts
                .iter()
                .find(|candidate| Some(candidate.name.as_str()) == part && !candidate.options.is_empty())
                .map_or(Values::One, |part| Values::OneOf(&part.options)),
            _ => Values::One,
        }
    }
}

fn unknown_field(object: &Object, path: &str) -> Error {
    Error::Unreadable(format!("field '{}' does not exist in '{}' object", truncate(path), object.singular))
}

fn part_missing(field: &str, parts: &[Part]) -> Error {
    let paths: Vec<String> = parts.iter().map(|part| format!("'{field}.{}'", part.name)).collect();
    Error::Unreadable(format!("field '{field}' consists of parts. Name one of them: {}", paths.join(", ")))
}
