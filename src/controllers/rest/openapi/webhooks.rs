//! The requests that webhooks get, as `OpenAPI` 3.1 describes them.

use serde_json::{Map, Value, json};

use crate::catalogue::{
    catalogue,
    object::{Object, capitalised},
};

const VERBS: [&str; 3] = ["created", "updated", "deleted"];

/// One for each object.
pub fn all() -> Map<String, Value> {
    catalogue()
        .objects()
        .iter()
        .map(|object| (object.singular.clone(), json!({ "post": of(object) })))
        .collect()
}

fn of(object: &Object) -> Value {
    json!({
        "tags": [object.plural],
        "summary": format!("What happens to {}", object.plural),
        "description": "Sent to `targetUrl` of each webhook whose `operations` ask for it, until it is answered with 2xx.",
        "parameters": headers(),
        "requestBody": { "required": true, "content": { "application/json": { "schema": body(object) } } },
        "responses": { "2XX": { "description": "Delivered" }, "410": { "description": "The webhook is switched off" } },
    })
}

/// In Twenty's order.
fn body(object: &Object) -> Value {
    let singular = &object.singular;
    let uuid = json!({ "type": "string", "format": "uuid" });
    let record = format!("#/components/schemas/{}ForResponse", capitalised(singular));
    json!({
        "type": "object",
        "required": [
            "targetUrl", "eventName", "objectMetadata", "workspaceId", "webhookId", "eventDate", "record"
        ],
        "properties": {
            "targetUrl": { "type": "string" },
            "eventName": { "type": "string", "enum": VERBS.map(|verb| format!("{singular}.{verb}")) },
            "objectMetadata": {
                "type": "object",
                "properties": { "id": uuid, "nameSingular": { "type": "string", "enum": [singular] } },
            },
            "workspaceId": uuid,
            "webhookId": uuid,
            "eventDate": { "type": "string", "format": "date-time" },
            "record": { "$ref": record },
            "updatedFields": {
                "type": "array",
                "items": { "type": "string" },
                "description": "Of an update only.",
            },
        },
    })
}

fn headers() -> Value {
    let header = |(name, description): (&str, &str)| json!({ "name": name, "in": "header", "description": description, "schema": { "type": "string" } });
    let headers = [
        ("webhook-id", "The same in every attempt."),
        ("webhook-timestamp", "In seconds."),
        ("webhook-signature", "As in Standard Webhooks, if the webhook has a secret."),
        ("X-Twenty-Webhook-Timestamp", "In milliseconds, if the webhook has a secret."),
        ("X-Twenty-Webhook-Nonce", "Random, if the webhook has a secret."),
        (
            "X-Twenty-Webhook-Signature",
            "The hexadecimal HMAC-SHA256 over Twenty's timestamp, a colon and the body.",
        ),
    ];
    headers.map(header).into_iter().collect()
}
