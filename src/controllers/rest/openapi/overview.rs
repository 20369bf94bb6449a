//! The introduction of the description, and the tags that group its operations.

use serde_json::{Value, json};

use super::words::to_words;
use crate::catalogue::catalogue;

const INTRODUCTION: &str = include_str!("introduction.md");

/// The description without paths and schemas.
pub fn head(public_url: Option<&str>) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Roster",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": env!("CARGO_PKG_DESCRIPTION"),
            "description": INTRODUCTION,
            "license": { "name": env!("CARGO_PKG_LICENSE"), "identifier": env!("CARGO_PKG_LICENSE") },
        },
        "servers": [{ "url": public_url.unwrap_or("/") }],
        "security": [{ "bearerAuth": [] }],
        "tags": [general()],
        "components": { "securitySchemes": { "bearerAuth": bearer() } },
    })
}

pub fn tags() -> Value {
    let objects = catalogue().objects().iter().map(|object| {
        json!({ "name": object.plural, "description": object.description, "x-displayName": to_words(&object.plural) })
    });
    [general()].into_iter().chain(objects).collect()
}

fn general() -> Value {
    json!({ "name": "General", "description": "This description." })
}

fn bearer() -> Value {
    json!({
        "type": "http",
        "scheme": "bearer",
        "description": "An API key of the workspace, or the token of a session. Where no header can be sent, `?token=` takes the same; but URLs end up in logs.",
    })
}
