//! What a filter or an order names: one column of the object, and what its field says about the values in it.

use super::excerpt;
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
    pub holds: Holds<'o>,
}

/// How many values, and whether out of a choice.
#[derive(Debug, Clone, Copy)]
pub enum Holds<'o> {
    One,
    OneOf(&'o [String]),
    Many,
    ManyOf(&'o [String]),
}

impl<'o> Subject<'o> {
    pub fn find(object: &'o Object, path: &str) -> Result<Self> {
        let (field, part) = match path.split_once('.') {
            Some((field, part)) => (object.field(field), Some(part)),
            None => (object.field(path), None),
        };
        match (object.column(path), field) {
            (Some(column), Some(field)) => Ok(Self { path: column.path(), column, holds: field.holds(part) }),
            // `id` and the three moments, which every record has.
            (Some(column), None) => Ok(Self { path: column.path(), column, holds: Holds::One }),
            (None, Some(Field { kind: Kind::Composite(_, parts), name, .. })) if part.is_none() => {
                Err(incomplete(name, parts))
            }
            (None, Some(_)) => Err(unknown(object, path)),
            (None, None) => Err(unknown(object, path.split('.').next().unwrap_or(path))),
        }
    }

    pub fn options(&self) -> Option<&'o [String]> {
        match self.holds {
            Holds::OneOf(options) | Holds::ManyOf(options) => Some(options),
            Holds::One | Holds::Many => None,
        }
    }
}

impl Field {
    fn holds(&self, part: Option<&str>) -> Holds<'_> {
        match &self.kind {
            Kind::Enum(options) => Holds::OneOf(options),
            Kind::MultiSelect(options) => Holds::ManyOf(options),
            Kind::Array => Holds::Many,
            Kind::Composite(_, parts) => parts
                .iter()
                .find(|candidate| Some(candidate.name.as_str()) == part && !candidate.options.is_empty())
                .map_or(Holds::One, |part| Holds::OneOf(&part.options)),
            _ => Holds::One,
        }
    }
}

fn unknown(object: &Object, path: &str) -> Error {
    Error::Unreadable(format!("field '{}' does not exist in '{}' object", excerpt::of(path), object.singular))
}

fn incomplete(field: &str, parts: &[Part]) -> Error {
    let paths: Vec<String> = parts.iter().map(|part| format!("'{field}.{}'", part.name)).collect();
    Error::Unreadable(format!("field '{field}' consists of parts. Name one of them: {}", paths.join(", ")))
}
