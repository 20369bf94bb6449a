//! The schemas of composites and of the lists inside them, in requests and in responses.

use serde_json::{Map, Value, json};

use crate::catalogue::{
    column::Column,
    object::{Part, PartKind},
};

/// A composite in a response. Lists and JSON are returned as a client sent them, so their items have no schema.
pub fn response_schema(parts: &[Part]) -> Value {
    let properties: Map<_, _> = parts.iter().map(|part| (part.name.clone(), response_part(part))).collect();
    let names: Vec<_> = parts.iter().map(|part| &part.name).collect();
    json!({ "type": "object", "properties": properties, "required": names })
}

/// A composite in a request; every part is optional.
pub fn request_schema<'a>(parts: &[Part], column: impl Fn(&Part) -> Option<&'a Column>) -> Value {
    let properties: Map<_, _> =
        parts.iter().map(|part| (part.name.clone(), request_part(part, column(part)))).collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

/// A schema that also allows blanks. Clients make a form's input from the first choice.
pub fn or_blank(schema: Value) -> Value {
    let choices = [schema, json!({ "$ref": "#/components/schemas/Blank" })];
    json!({ "anyOf": choices })
}

/// A text with the length limit of its column.
pub fn text(column: Option<&Column>) -> Value {
    let mut schema = json!({ "type": "string" });
    if let Some(length_limit) = column.and_then(|column| column.length_limit) {
        schema["maxLength"] = length_limit.in_characters().into();
    }
    schema
}

pub fn options_or_null(options: &[String]) -> Value {
    options.iter().map(|option| json!(option)).chain([Value::Null]).collect()
}

fn response_part(part: &Part) -> Value {
    match part.kind {
        PartKind::Text if part.nullable => json!({ "type": ["string", "null"] }),
        PartKind::Text => json!({ "type": "string" }),
        PartKind::Enum => json!({ "type": ["string", "null"], "enum": options_or_null(&part.options) }),
        PartKind::Uuid => json!({ "type": ["string", "null"], "format": "uuid" }),
        PartKind::Integer => json!({ "type": ["integer", "null"] }),
        PartKind::Number => json!({ "type": ["number", "null"] }),
        PartKind::Json => json!({}),
        PartKind::Texts | PartKind::Links | PartKind::Phones => json!({ "type": ["array", "null"] }),
    }
}

fn request_part(part: &Part, column: Option<&Column>) -> Value {
    or_blank(match part.kind {
        PartKind::Text => text(column),
        PartKind::Enum => json!({ "type": "string", "enum": part.options }),
        PartKind::Uuid => json!({ "type": "string", "format": "uuid" }),
        PartKind::Integer => json!({ "type": "integer" }),
        PartKind::Number => json!({ "type": "number" }),
        PartKind::Json => return json!({ "anyOf": [{ "type": "object" }, {}] }),
        PartKind::Texts | PartKind::Links | PartKind::Phones => {
            json!({ "type": "array", "items": item(part.kind) })
        }
    })
}

/// An item of a list inside a composite.
fn item(kind: PartKind) -> Value {
    let text = || json!({ "type": "string" });
    let link = || json!({ "type": "object", "properties": { "url": text(), "label": text() } });
    let phone = || json!({ "type": "object", "properties": { "number": text(), "countryCode": text(), "callingCode": text() } });
    match kind {
        PartKind::Links => link(),
        PartKind::Phones => json!({ "anyOf": [text(), phone()] }),
        _ => text(),
    }
}
