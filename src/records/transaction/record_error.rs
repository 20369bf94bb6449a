//! Errors about records that are created together, with the position of the record.

use super::Body;
use crate::error::{Error, Problem, Result};

/// An error, with the position of its record; `None` if it is about no single record.
#[derive(Debug)]
pub struct RecordError {
    at: Option<usize>,
    error: Error,
}

impl RecordError {
    pub fn at(at: usize, error: Error) -> Self {
        Self { at: Some(at), error }
    }

    /// Adds the position to the message if there are several bodies.
    pub fn into_error(self, bodies: &[Body]) -> Error {
        match self.at {
            Some(at) if bodies.len() > 1 => with_position(self.error, at),
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
    fn from(record_error: RecordError) -> Self {
        record_error.error
    }
}

/// Calls `work` for each body in order, until one fails.
pub fn try_map<T>(bodies: &[Body], mut work: impl FnMut(&Body) -> Result<T>) -> Result<Vec<T>, RecordError> {
    let result = |(at, body)| work(body).map_err(|error| RecordError::at(at, error));
    bodies.iter().enumerate().map(result).collect()
}

fn with_position(error: Error, at: usize) -> Error {
    let numbered = |sentence: &str| format!("Input [{at}]: {sentence}");
    match error {
        Error::Unreadable(sentence) => Error::Unreadable(numbered(&sentence)),
        Error::Refused(refusal, sentence) => Error::Refused(refusal, numbered(&sentence)),
        Error::Invalid(problems) => {
            let with_message = |problem: Problem| Problem { message: numbered(&problem.message), ..problem };
            Error::Invalid(problems.into_iter().map(with_message).collect())
        }
        error => error,
    }
}
