//! The kinds of failures: name, description, and an example error of each.

use std::time::Duration;

use crate::{
    error::{Error, Problem},
    parameters::Parameters,
};

pub struct Kind {
    /// Its key in `components/responses`.
    pub name: &'static str,
    /// When it happens, for people.
    pub when: &'static str,
    /// An example; its status is the kind's status.
    pub error: Error,
}

/// All kinds, one for each status.
pub fn kinds() -> [Kind; 12] {
    [
        kind("Unreadable", "The body or the query cannot be read.", unreadable()),
        kind(
            "Unauthenticated",
            "The token is missing or invalid, or its session has ended. Sign in again.",
            Error::Unauthenticated("The token is invalid or has expired. Sign in again."),
        ),
        kind(
            "Forbidden",
            "Your role or the settings of the service do not allow this.",
            Error::Forbidden("Only workspace admins can manage workspace accounts"),
        ),
        kind("NotFound", "The record does not exist, or you may not see it.", Error::NotFound),
        kind("TooSlow", "The body did not arrive in time.", too_slow()),
        kind("TooLarge", "The body is too large.", Error::TooLarge(Parameters::LIMIT)),
        kind(
            "UnsupportedType",
            "The content type or encoding of the body is not supported.",
            unsupported_type(),
        ),
        kind(
            "Invalid",
            "Parameters are missing or invalid, or conflict with existing records. All problems are listed.",
            Error::Invalid(vec![Problem::new("user.email", "missing", "Missing parameter email")]),
        ),
        kind(
            "Throttled",
            "Too many attempts. Wait for the number of seconds in `Retry-After`.",
            Error::Throttled(Duration::from_secs(42)),
        ),
        kind(
            "Ours",
            "An error of the service. The operator finds its cause in the log by the id in the message.",
            Error::ours(""),
        ),
        kind(
            "Unavailable",
            "The service cannot handle the request now. Send it again after the seconds in `Retry-After`.",
            Error::Unavailable { retry_after: Duration::from_secs(2), cause: None },
        ),
        kind("DiskFull", "The disk of the service is full. Nothing was changed.", Error::DiskFull),
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
