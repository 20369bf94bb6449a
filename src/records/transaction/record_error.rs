//! Refusals of records that are created together, which say the one they are about.

use super::Body;
use crate::error::{Error, Problem, Result};

/// A refusal, and the place of the record it is about; none where it is about no single one.
#[derive(Debug)]
pub struct RecordError {
    at: Option<usize>,
    error: Error,
}

impl RecordError {
    pub fn at(at: usize, error: Error) -> Self {
        Self { at: Some(at), error }
    }

    /// One that comes alone needs no place.
    pub fn among(self, bodies: &[Body]) -> Error {
        match self.at {
            Some(at) if bodies.len() > 1 => numbered(self.error, at),
            _ => self.error,
        }
    }
}

impl From<Error> for RecordError {
    fn from(error: Error) -> Self {
        Self { at: None, error }
    }
}

impl From<RecordError> for Error {
    fn from(refused: RecordError) -> Self {
        refused.error
    }
}

/// Does one thing for each body, in their order.
pub fn for_each<T>(
    bodies: &[Body],
    mut create: impl FnMut(&Body) -> Result<T>,
) -> Result<Vec<T>, RecordError> {
    let created = |(at, body)| create(body).map_err(|error| RecordError::at(at, error));
    bodies.iter().enumerate().map(created).collect()
}

fn numbered(error: Error, at: usize) -> Error {
    let say = |sentence: &str| format!("Input [{at}]: {sentence}");
    match error {
        Error::Unreadable(sentence) => Error::Unreadable(say(&sentence)),
        Error::Refused(refusal, sentence) => Error::Refused(refusal, say(&sentence)),
        Error::Invalid(problems) => {
            let placed = |problem: Problem| Problem { message: say(&problem.message), ..problem };
            Error::Invalid(problems.into_iter().map(placed).collect())
        }
        error => error,
    }
}
