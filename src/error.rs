//! The only error type of the domain. Each variant is one kind of response.
//! Each API renders it in its own form.

use std::{error, fmt, time::Duration};

/// The cause of a failure, for the log only: no client sees it.
pub type Cause = Box<dyn error::Error + Send + Sync>;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// `Display` gives the message for the client.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// 400: the request is wrong; the sentence says how.
    #[error("{0}")]
    Unreadable(String),
    /// 400: a refusal for which `/rest` has its own name, and the message.
    #[error("{1}")]
    Refused(Refusal, String),
    /// 401: no token, an invalid one, or a session that has ended.
    #[error("{0}")]
    Unauthenticated(&'static str),
    /// 403: the caller's role or scopes do not allow this.
    #[error("{0}")]
    Forbidden(&'static str),
    /// 404: it does not exist, or the caller may not see it. The response is the same for both.
    #[error("Not found")]
    NotFound,
    /// 405: the URL does not have this method. Contains the methods it has, in the form of `Allow`.
    #[error("This URL answers {0}")]
    MethodNotAllowed(String),
    /// 408: the body did not arrive in time.
    #[error("{0}")]
    TooSlow(String),
    /// 413: the body is larger than this number of bytes.
    #[error("The request body is larger than {0} bytes; send less")]
    TooLarge(usize),
    /// 415: the body's media type is not supported.
    #[error("{0}")]
    UnsupportedType(String),
    /// 422: all problems with the parameters, or a conflict, in the order of the contract.
    #[error("{}", sentences(.0))]
    Invalid(Vec<Problem>),
    /// 429: too many attempts; the client may try again after the duration.
    #[error("Too many attempts. Try again in {} seconds.", .0.as_secs().max(1))]
    Throttled(Duration),
    /// 429: letters to these addresses would exceed a limit, and nothing was done; the sentence says which.
    #[error("{}", Self::Throttled(*.0))]
    TooManyLetters(Duration, String),
    /// 503: the service is overloaded; the client may try again after the duration.
    #[error("The service is busy. Try again in {} seconds.", .retry_after.as_secs().max(1))]
    Unavailable { retry_after: Duration, cause: Option<Cause> },
    /// 404: the operator has not set up what this needs; the problem says what.
    #[error("{}", .0.message)]
    NotOffered(Problem),
    /// 503: a social network does not serve us; the client may try again after the duration.
    #[error("{}", .problem.message)]
    NetworkUnavailable { retry_after: Duration, problem: Problem },
    /// 507: the disk is full; nothing was written.
    #[error("The disk of this service is full, and nothing was changed. Ask its operator to make room.")]
    DiskFull,
    /// 503: the database was moved or replaced under the service; nothing was written.
    #[error(
        "The database of this service was moved or replaced while it runs, and nothing was changed. Ask its operator \
         to put it back, or to restart the service."
    )]
    DatabaseMoved(#[source] Cause),
    /// A failure of the database. `db` converts it to another variant before it reaches a client.
    #[error("Something went wrong on our side. Tell the operator the request id.")]
    Database(#[from] diesel::result::Error),
    /// 500: a defect of Roster or of its environment.
    #[error("Something went wrong on our side. Tell the operator the request id.")]
    Ours(#[source] Cause),
}

/// The bad requests for which `/rest` has names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// A write to a record that does not exist or that the caller may not see.
    RecordNotFound,
    /// A property that is not a field of the object.
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
    /// [`Error::Invalid`] with one problem.
    pub fn invalid(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![Problem::new(field, code, message)])
    }

    /// 500, with a cause for the log.
    pub fn ours(cause: impl Into<Cause>) -> Self {
        Self::Ours(cause.into())
    }

    /// 503, to be tried again after two seconds.
    pub fn unavailable(cause: impl Into<Cause>) -> Self {
        Self::Unavailable { retry_after: Duration::from_secs(2), cause: Some(cause.into()) }
    }
}

impl Error {
    /// Whether the same transaction may succeed later.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::DiskFull | Self::Database(_))
    }

    /// The causes of this error and their causes, for the log; the message if it has none.
    pub fn causes(&self) -> String {
        let mut causes = Vec::new();
        let mut next = error::Error::source(self);
        while let Some(cause) = next {
            causes.push(cause.to_string());
            next = cause.source();
        }
        if let Self::Unavailable { cause: Some(cause), .. } = self {
            causes.insert(0, cause.to_string());
        }
        if causes.is_empty() { self.to_string() } else { causes.join(": ") }
    }
}

fn sentences(problems: &[Problem]) -> impl fmt::Display {
    problems.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join("; ")
}
