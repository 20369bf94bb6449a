//! Refusals that this dialect has names of their own for. Everything else is an ordinary [`Error`].

use std::fmt;

use crate::{catalogue::object::Object, error::Error};

#[derive(Debug)]
pub enum Refusal {
    /// A write to a record that is not there, or not this caller's to see.
    NoSuchRecord { object: &'static Object, id: String },
    /// A body that is no JSON.
    NoJson { said: String },
    /// A property no field is called by.
    UnknownField { object: &'static Object, field: String },
    /// One of these, about one record of a list.
    OfInput { at: usize, refusal: Box<Refusal> },
}

impl Refusal {
    /// What the dialect calls it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NoSuchRecord { .. } => "EntityNotFoundError",
            Self::UnknownField { .. } => "Error",
            Self::NoJson { .. } => "Bad Request",
            Self::OfInput { refusal, .. } => refusal.name(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchRecord { object, id } => write!(
                f,
                "Could not find any entity of type \"{}\" matching: {{\n    \"id\": \"{id}\"\n}}",
                object.singular
            ),
            Self::OfInput { at, refusal } => write!(f, "Input [{at}]: {refusal}"),
            Self::NoJson { said } => write!(f, "The body is no JSON: {said}"),
            Self::UnknownField { object, field } => write!(
                f,
                "Field metadata for field \"{}\" is missing in object metadata {}",
                super::value::shortened(field),
                object.singular
            ),
        }
    }
}

impl std::error::Error for Refusal {}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}
