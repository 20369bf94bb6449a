//! The schemas of requests. The first choice of each field is its real type, because n8n makes a form's input from it;
//! the next choices are the blanks that the field allows.

use serde_json::{Map, Value, json};

use super::{example, parts};
use crate::catalogue::object::{Field, Kind, Object};

pub fn create_schema(object: &Object) -> Value {
    let timestamp = parts::or_blank(json!({ "type": "string", "format": "date-time" }));
    let mut schema = object_schema(object, &timestamp, |field| match field.kind {
        Kind::Json => or_blank(object, field),
        _ if object.required.contains(&field.name) => typed_schema(object, field),
        Kind::Text => json!({ "anyOf": [typed_schema(object, field), { "type": "null" }] }),
        _ => or_blank(object, field),
    });
    schema["example"] = example::render(object);
    if !object.required.is_empty() {
        schema["required"] = json!(object.required);
    }
    schema
}

/// An update ignores `createdAt` and `updatedAt`, so it allows any value for them.
pub fn update_schema(object: &Object) -> Value {
    object_schema(object, &json!({}), |field| or_blank(object, field))
}

/// The blanks that clients send. The service also accepts more deeply nested ones.
pub fn blank_schema() -> Value {
    json!({
        "description": "As good as nothing: a new record takes its default, and a record that exists stays as it is; but null clears.",
        "anyOf": [
            { "type": "null" },
            { "enum": ["", {}, [{}]] },
            { "type": "array", "items": { "type": "null" }, "minItems": 1 },
        ],
    })
}

/// A schema of the object's fields. The columns of every record are pattern properties: they may be sent, but clients
/// make no input of a form from them.
fn object_schema(object: &Object, timestamp: &Value, property: impl Fn(&Field) -> Value) -> Value {
    let properties: Map<_, _> =
        object.fields.iter().map(|field| (field.name.clone(), property(field))).collect();
    json!({
        "type": "object",
        "description": object.description,
        "properties": properties,
        "patternProperties": {
            "^id$": parts::or_blank(json!({ "type": "string", "format": "uuid" })),
            "^(createdAt|updatedAt)$": timestamp,
            "^deletedAt$": { "$ref": "#/components/schemas/Blank" },
        },
        "additionalProperties": false,
    })
}

fn or_blank(object: &Object, field: &Field) -> Value {
    match field.kind {
        Kind::Json => json!({ "anyOf": [typed_schema(object, field), {}] }),
        _ => parts::or_blank(typed_schema(object, field)),
    }
}

fn typed_schema(object: &Object, field: &Field) -> Value {
    let mut schema = match &field.kind {
        Kind::Text => parts::text(object.column(&field.name)),
        Kind::Uuid | Kind::Relation(_) => json!({ "type": "string", "format": "uuid" }),
        Kind::DateTime => json!({ "type": "string", "format": "date-time" }),
        Kind::Boolean => json!({ "type": "boolean" }),
        Kind::Integer => json!({ "type": "integer" }),
        Kind::Number => json!({ "type": "number" }),
        Kind::Json => json!({ "type": "object" }),
        Kind::Array => json!({ "type": "array", "items": { "type": "string" } }),
        Kind::Enum(options) => json!({ "type": "string", "enum": options }),
        Kind::MultiSelect(options) => {
            json!({ "type": "array", "items": { "type": "string", "enum": options } })
        }
        Kind::Composite(_, parts) => {
            parts::request_schema(parts, |part| object.column(&format!("{}.{}", field.name, part.name)))
        }
    };
    schema["description"] = field.description.as_str().into();
    schema
}
