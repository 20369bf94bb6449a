//! The parts of composites and the lists inside them, as both sides of the door write them.

use serde_json::{Value, json};

use crate::records::object::{Part, PartKind};

/// As the service answers: a text that cannot be null is empty instead.
pub fn read(parts: &[Part]) -> Value {
    composite(parts, |part| part.nullable)
}

/// As a client may send them: null clears each.
pub fn written(parts: &[Part]) -> Value {
    composite(parts, |_| true)
}

fn composite(parts: &[Part], is_nullable_text: fn(&Part) -> bool) -> Value {
    let schema = |part: &Part| match part.kind {
        PartKind::Text if is_nullable_text(part) => json!({ "type": ["string", "null"] }),
        PartKind::Text => json!({ "type": "string" }),
        PartKind::Enum => json!({ "type": ["string", "null"], "enum": options(&part.options) }),
        PartKind::Uuid => json!({ "type": ["string", "null"], "format": "uuid" }),
        PartKind::Integer => json!({ "type": ["integer", "null"] }),
        PartKind::Number => json!({ "type": ["number", "null"] }),
        PartKind::Json => within(&part.name),
    };
    let properties: Value = parts.iter().map(|part| (part.name.clone(), schema(part))).collect();
    json!({ "type": "object", "properties": properties })
}

/// The options, and null.
pub fn options(options: &[String]) -> Value {
    options.iter().map(|option| json!(option)).chain([Value::Null]).collect()
}

/// What a JSON part holds is a matter of convention: the catalogue knows only its name.
fn within(part: &str) -> Value {
    let texts = |names: &[&str]| -> Value {
        names.iter().map(|name| ((*name).to_owned(), json!({ "type": "string" }))).collect()
    };
    let items = match part {
        "secondaryLinks" => {
            json!({ "type": ["object", "null"], "properties": texts(&["url", "label"]) })
        }
        "additionalEmails" => json!({ "type": ["string", "null"] }),
        "additionalPhones" => json!({ "anyOf": [
            { "type": ["string", "null"] },
            { "type": "object", "properties": texts(&["number", "countryCode", "callingCode"]) },
        ] }),
        _ => return json!({ "type": ["object", "null"] }),
    };
    json!({ "type": ["array", "null"], "items": items })
}
