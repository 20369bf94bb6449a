//! The failures of each operation. The examples are rendered from the errors themselves.

use std::time::Duration;

use actix_web::{ResponseError as _, http::StatusCode};
use serde_json::{Map, Value, json};

use crate::{
    controllers::rest::failure,
    error::{Error, Problem},
    records::permissions::ONLY_ADMINS_CHANGE_MEMBERS_KEYS_AND_WEBHOOKS,
};

const OF_ALL: [StatusCode; 5] = [
    StatusCode::BAD_REQUEST,
    StatusCode::UNAUTHORIZED,
    StatusCode::FORBIDDEN,
    StatusCode::INTERNAL_SERVER_ERROR,
    StatusCode::SERVICE_UNAVAILABLE,
];
const OF_BODIES: [StatusCode; 3] =
    [StatusCode::REQUEST_TIMEOUT, StatusCode::PAYLOAD_TOO_LARGE, StatusCode::UNSUPPORTED_MEDIA_TYPE];
const OF_WRITES: [StatusCode; 2] = [StatusCode::UNPROCESSABLE_ENTITY, StatusCode::INSUFFICIENT_STORAGE];

/// The kinds of operations, which differ in their failures.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Read,
    FindDuplicates,
    Create,
    Update,
    Delete,
}

/// References to the failures of an operation, by status.
pub fn references_for(operation: Operation) -> Map<String, Value> {
    let mut statuses = OF_ALL.to_vec();
    if matches!(operation, Operation::FindDuplicates | Operation::Create | Operation::Update) {
        statuses.extend(OF_BODIES);
    }
    if matches!(operation, Operation::Create | Operation::Update | Operation::Delete) {
        statuses.extend(OF_WRITES);
    }
    statuses.sort_unstable();
    statuses.iter().map(|status| (status.as_str().to_owned(), reference(*status))).collect()
}

pub fn reference(status: StatusCode) -> Value {
    json!({ "$ref": format!("#/components/responses/{}", status.as_str()) })
}

pub fn all() -> Value {
    kinds().into_iter().map(|kind| (kind.0.as_str().to_owned(), response(kind))).collect()
}

pub fn schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "statusCode": { "type": "integer" },
            "error": { "type": "string", "description": "The kind of failure, for programs." },
            "messages": { "type": "array", "items": { "type": "string" }, "description": "What is wrong, for people." },
            "message": { "type": "string", "description": "Instead of `messages` where the body is no JSON or too large." },
        },
        "required": ["statusCode"],
    })
}

/// A status, a description of when it occurs, and an example.
type Kind = (StatusCode, &'static str, Value);

fn kinds() -> Vec<Kind> {
    let of_errors = [
        (
            "The query, the path or the body cannot be read, names what does not exist, or holds a value of the wrong type. Also: there is no such record.",
            Error::Unreadable("Record not found".into()),
        ),
        (
            "No key, a wrong one, an expired one or a revoked one.",
            Error::Unauthenticated("Token has expired."),
        ),
        (
            "The key lacks the scope, or the session's role does not reach that far.",
            Error::Forbidden(ONLY_ADMINS_CHANGE_MEMBERS_KEYS_AND_WEBHOOKS),
        ),
        (
            "The body did not arrive in time.",
            Error::TooSlow("The request body did not arrive in time".into()),
        ),
        ("The body is too large.", Error::TooLarge(1_048_576)),
        (
            "The body is encoded in a way that is not read here.",
            Error::UnsupportedType("Send the body without a Content-Encoding".into()),
        ),
        (
            "A rule stands against it: somebody else holds the account, people join by invite, a value is taken, or an `Idempotency-Key` comes with another body.",
            Error::Invalid(vec![Problem::new(
                "workspaceMembers",
                "invalid",
                "People join by invite: POST /api/v4/invites",
            )]),
        ),
        ("A mistake of ours. The id in the sentence finds it in the log.", Error::ours("")),
        (
            "Nothing is wrong with the request: repeat it after `Retry-After`.",
            Error::Unavailable { retry_after: Duration::from_secs(2), cause: None },
        ),
        ("There is no room left on the disk. Nothing was changed.", Error::DiskFull),
    ];
    of_errors.into_iter().map(|(when, error)| (error.status_code(), when, example(&error))).collect()
}

fn example(error: &Error) -> Value {
    let status = error.status_code();
    if let Error::TooLarge(_) = error {
        return json!({ "statusCode": 413, "message": "request entity too large" });
    }
    json!({ "statusCode": status.as_u16(), "error": failure::error_name(error, status), "messages": [error.to_string()] })
}

fn response((status, when, example): Kind) -> Value {
    let mut response = json!({
        "description": when,
        "content": { "application/json": {
            "schema": { "$ref": "#/components/schemas/Failure" },
            "example": example,
        } },
    });
    if let Some((name, header)) = header(status) {
        response["headers"] = json!({ name: header });
    }
    response
}

fn header(status: StatusCode) -> Option<(&'static str, Value)> {
    match status {
        StatusCode::UNAUTHORIZED => Some((
            "WWW-Authenticate",
            json!({ "description": "What to come back with.", "schema": { "type": "string", "const": "Bearer" } }),
        )),
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::INSUFFICIENT_STORAGE => Some((
            "Retry-After",
            json!({ "description": "Seconds to wait.", "schema": { "type": "integer", "minimum": 1 } }),
        )),
        _ => None,
    }
}
