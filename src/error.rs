//! The one error of the domain: few variants, each a kind of answer.
//! Raised where the fact is known, carried by `?`, and rendered by the API it leaves through.

use std::{error, fmt, time::Duration};

/// A source kept for the log; no client ever sees it.
pub type Cause = Box<dyn error::Error + Send + Sync>;

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// 400: the request could not be read at all.
    #[error("{0}")]
    Unreadable(String),
    /// 400: a refusal that `/rest` has a name of its own for, and its sentence.
    #[error("{1}")]
    Refused(Refusal, String),
    /// 401: no token, a bad one, or a session that ended.
    #[error("{0}")]
    Unauthenticated(&'static str),
    /// 403: signed in, but not allowed in this role.
    #[error("{0}")]
    Forbidden(&'static str),
    /// 404: no such thing, or not yours; the two are told apart nowhere.
    #[error("Not found")]
    NotFound,
    /// 405: the URL exists, the verb does not; the verbs that do, as `Allow` lists them.
    #[error("This URL answers {0}")]
    MethodNotAllowed(String),
    /// 408: the body did not arrive in time.
    #[error("{0}")]
    TooSlow(String),
    /// 413: the body is larger than this many bytes.
    #[error("The request body is larger than {0} bytes; send less")]
    TooLarge(usize),
    /// 415: a body of a type nobody here reads.
    #[error("{0}")]
    UnsupportedType(String),
    /// 422: parameter problems or a conflict, all of them, in the documented order.
    #[error("{}", sentences(.0))]
    Invalid(Vec<Problem>),
    /// 429: too many attempts; welcome again after the duration.
    #[error("Too many attempts. Try again in {} seconds.", .0.as_secs().max(1))]
    Throttled(Duration),
    /// 503: nothing is wrong with the request; it may be repeated after the duration.
    #[error("The service is busy. Try again in {} seconds.", .retry_after.as_secs().max(1))]
    Unavailable { retry_after: Duration, cause: Option<Cause> },
    /// 507: the disk is full; nothing was written.
    #[error("The disk of this service is full, and nothing was changed. Ask its operator to make room.")]
    DiskFull,
    /// A failure of the database, on its way to `db`, which says what it means.
    #[error("Something went wrong on our side. Tell the operator the request id.")]
    Database(#[from] diesel::result::Error),
    /// 500: ours.
    #[error("Something went wrong on our side. Tell the operator the request id.")]
    Ours(#[source] Cause),
}

/// The bad requests that `/rest` tells apart by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// A write to a record that does not exist, or that this caller may not see.
    RecordNotFound,
    /// A property that is no field of the object.
    UnknownField,
    /// A body that is not JSON.
    InvalidJson,
}

/// One thing wrong with a request, placed where a form can show it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// Dotted path of the parameter, `twitter_account.twitter_uid`.
    pub field: String,
    /// A stable word for programs: `missing`, `invalid`, `taken`, `held_by_you`, ….
    pub code: &'static str,
    /// The sentence for people.
    pub message: String,
    /// The account in the way, where the caller may see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub account_id: Option<i64>,
}

impl Problem {
    pub fn new(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { field: field.into(), code, message: message.into(), account_id: None }
    }
}

impl Error {
    /// A single sentence about one field.
    pub fn invalid(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![Problem::new(field, code, message)])
    }

    pub fn ours(cause: impl Into<Cause>) -> Self {
        Self::Ours(cause.into())
    }

    pub fn unavailable(cause: impl Into<Cause>) -> Self {
        Self::Unavailable { retry_after: Duration::from_secs(2), cause: Some(cause.into()) }
    }
}

fn sentences(problems: &[Problem]) -> impl fmt::Display {
    problems.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join("; ")
}
