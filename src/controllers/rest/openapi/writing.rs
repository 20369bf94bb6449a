//! What a client may send. Each field says first what it is, which is what n8n makes an input of, and then which
//! blanks it takes as well.

use serde_json::{Map, Value, json};

use super::{example, parts};
use crate::catalogue::object::{Field, Kind, Object};

pub fn create(object: &Object) -> Value {
    let moment = parts::or_blank(json!({ "type": "string", "format": "date-time" }));
    let mut schema = whole(object, &moment, |field| match field.kind {
        Kind::Json => or_blank(object, field),
        _ if object.required.contains(&field.name) => expected(object, field),
        Kind::Text => json!({ "anyOf": [expected(object, field), { "type": "null" }] }),
        _ => or_blank(object, field),
    });
    schema["example"] = example::of(object);
    if !object.required.is_empty() {
        schema["required"] = json!(object.required);
    }
    schema
}

/// The moments of a record that exists are not the client's, whatever it sends back.
pub fn update(object: &Object) -> Value {
    whole(object, &json!({}), |field| or_blank(object, field))
}

/// What stands for nothing. It goes no deeper than clients do.
pub fn blank() -> Value {
    json!({
        "description": "As good as nothing: a new record takes its default, and a record that exists stays as it is; but null clears.",
        "anyOf": [
            { "type": "null" },
            { "enum": ["", {}, [{}]] },
            { "type": "array", "items": { "type": "null" }, "minItems": 1 },
        ],
    })
}

/// Fields and no others, but for those that every record has: they may be sent and are no input of a form.
fn whole(object: &Object, moment: &Value, property: impl Fn(&Field) -> Value) -> Value {
    let properties: Map<_, _> =
        object.fields.iter().map(|field| (field.name.clone(), property(field))).collect();
    json!({
        "type": "object",
        "description": object.description,
        "properties": properties,
        "patternProperties": {
            "^id$": parts::or_blank(json!({ "type": "string", "format": "uuid" })),
            "^(createdAt|updatedAt)$": moment,
            "^deletedAt$": {},
        },
        "additionalProperties": false,
    })
}

fn or_blank(object: &Object, field: &Field) -> Value {
    match field.kind {
        Kind::Json => json!({ "anyOf": [expected(object, field), {}] }),
        _ => parts::or_blank(expected(object, field)),
    }
}

fn expected(object: &Object, field: &Field) -> Value {
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
            parts::written(parts, |part| object.column(&format!("{}.{}", field.name, part.name)))
        }
    };
    schema["description"] = field.description.as_str().into();
    schema
}
