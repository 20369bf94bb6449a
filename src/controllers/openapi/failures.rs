//! The failures of all actions, described once for each status; operations refer to these descriptions.
//! The examples are rendered from real errors, so they have the sentences that clients see.

mod kind;

use actix_web::{ResponseError as _, http::StatusCode};
use serde_json::{Map, Value, json};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use self::kind::{Kind, kinds};
use crate::{
    controllers::{api::failure::Failure, at::Verb},
    error::Error,
};

/// Adds the failures to an operation's responses, except for statuses that it describes itself. An action that
/// writes can also find the disk full.
pub fn add(operation: &mut Value, verb: Verb, failures: &[StatusCode]) {
    let writes = verb != Verb::Get && failures.contains(&StatusCode::SERVICE_UNAVAILABLE);
    let disk_full = writes.then_some(StatusCode::INSUFFICIENT_STORAGE);
    for kind in kinds() {
        let status = kind.error.status_code();
        let can_happen = failures.contains(&status) || disk_full == Some(status);
        if can_happen && operation["responses"].get(status.as_str()).is_none() {
            operation["responses"][status.as_str()] =
                json!({ "$ref": format!("#/components/responses/{}", kind.name) });
        }
    }
}

/// The `components/responses` of all failures, by name.
pub fn responses() -> Map<String, Value> {
    kinds().into_iter().map(|kind| (kind.name.to_owned(), response(&kind))).collect()
}

/// The schemas that those responses refer to.
pub fn schemas() -> impl Iterator<Item = (String, Value)> {
    let mut schemas: Vec<(String, RefOr<Schema>)> = vec![(Failure::name().into(), Failure::schema())];
    Failure::schemas(&mut schemas);
    schemas.into_iter().map(|(name, schema)| (name, json!(schema)))
}

fn response(kind: &Kind) -> Value {
    let mut response = json!({
        "description": kind.when,
        "content": { "application/json": {
            "schema": { "$ref": "#/components/schemas/Failure" },
            "example": body(&kind.error),
        } },
    });
    if let Some((name, header)) = header(kind.error.status_code()) {
        response["headers"] = json!({ name: header });
    }
    response
}

fn body(error: &Error) -> Value {
    let mut body = json!({ "success": false, "message": [error.to_string()] });
    if let Error::Invalid(problems) = error {
        body["errors"] = json!(problems);
    }
    body
}

fn header(status: StatusCode) -> Option<(&'static str, Value)> {
    let bearer = json!({ "type": "string", "const": "Bearer" });
    let seconds = json!({ "type": "integer", "minimum": 1, "example": 2 });
    let (name, description, schema) = match status {
        StatusCode::UNAUTHORIZED => ("WWW-Authenticate", "The scheme to authenticate with.", bearer),
        StatusCode::TOO_MANY_REQUESTS
        | StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::INSUFFICIENT_STORAGE => ("Retry-After", "Seconds to wait.", seconds),
        _ => return None,
    };
    Some((name, json!({ "description": description, "required": true, "schema": schema })))
}
