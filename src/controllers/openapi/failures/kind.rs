//! One of each kind of failure: its name, when it happens, and an error with its sentence.

use std::time::Duration;

use crate::{
    error::{Error, Problem},
    parameters::Parameters,
};

pub struct Kind {
    pub name: &'static str,
    pub when: &'static str,
    pub error: Error,
}

pub fn kinds() -> [Kind; 12] {
    [
        kind("Unreadable", "The body or the query cannot be read.", unreadable()),
        kind(
            "Unauthenticated",
            "No token, a bad one, or a session that has ended. Sign in again.",
            Error::Unauthenticated("The token is invalid or has expired. Sign in again."),
        ),
        kind(
            "Forbidden",
            "Your role does not allow this, or the operator of the service does not.",
            Error::Forbidden("Only workspace admins can manage workspace accounts"),
        ),
        kind("NotFound", "There is no such thing, or it is not yours to see.", Error::NotFound),
        kind("TooSlow", "The body did not arrive in time.", too_slow()),
        kind("TooLarge", "The body is too large.", Error::TooLarge(Parameters::LIMIT)),
        kind("UnsupportedType", "The body is of a type that is not read here.", unsupported_type()),
        kind(
            "Invalid",
            "Parameters are missing or wrong, or there is a conflict with what exists. All problems are listed.",
            Error::Invalid(vec![Problem::new("user.email", "missing", "Missing parameter email")]),
        ),
        kind(
            "Throttled",
            "Too many attempts. Wait as long as `Retry-After` says.",
            Error::Throttled(Duration::from_secs(42)),
        ),
        kind("Ours", "A mistake of ours. The id in the sentence finds it in the log.", Error::ours("")),
        kind(
            "Unavailable",
            "Nothing is wrong with the request: repeat it after `Retry-After`.",
            Error::Unavailable { retry_after: Duration::from_secs(2), cause: None },
        ),
        kind("DiskFull", "There is no room left on the disk. Nothing was changed.", Error::DiskFull),
    ]
}

fn kind(name: &'static str, when: &'static str, error: Error) -> Kind {
    Kind { name, when, error }
}

fn unreadable() -> Error {
    Error::Unreadable(
        "The request body is not valid JSON at line 1, column 13: it ends too early; close what is open"
            .into(),
    )
}

fn too_slow() -> Error {
    Error::TooSlow(format!(
        "The request body did not arrive within {} seconds",
        Parameters::DEADLINE.as_secs()
    ))
}

fn unsupported_type() -> Error {
    Error::UnsupportedType("Send the body without a Content-Encoding".into())
}
