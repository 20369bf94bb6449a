//! What a client may send. Each field says first what it is, which is what n8n makes an input of, and then which
//! blanks it takes as well.

use serde_json::{Map, Value, json};

use super::{example, parts};
use crate::records::object::{Field, Kind, Object};

pub fn create(object: &Object) -> Value {
    let mut schema = whole(object, |field| {
        if object.required.contains(&field.name) { expected(field) } else { with_blanks(field) }
    });
    schema["example"] = example::of(object);
    if !object.required.is_empty() {
        schema["required"] = json!(object.required);
    }
    schema
}

pub fn update(object: &Object) -> Value {
    whole(object, with_blanks)
}

fn whole(object: &Object, property: impl Fn(&Field) -> Value) -> Value {
    let properties: Map<_, _> =
        object.fields.iter().map(|field| (field.name.clone(), property(field))).collect();
    json!({ "type": "object", "description": object.description, "properties": properties })
}

/// Only the first choice is what people fill in.
fn with_blanks(field: &Field) -> Value {
    let blanks = match &field.kind {
        Kind::Uuid | Kind::DateTime | Kind::Relation(_) => vec![json!({ "const": "" })],
        Kind::Array | Kind::MultiSelect(_) => vec![json!({ "const": [null] })],
        Kind::Json => vec![json!({ "type": ["array", "string", "number", "boolean"] })],
        _ => vec![],
    };
    let choices: Value =
        [expected(field)].into_iter().chain(blanks).chain([json!({ "type": "null" })]).collect();
    json!({ "anyOf": choices })
}

fn expected(field: &Field) -> Value {
    let mut schema = match &field.kind {
        Kind::Text => json!({ "type": "string" }),
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
        Kind::Composite(_, parts) => parts::written(parts),
    };
    schema["description"] = field.description.as_str().into();
    schema
}
