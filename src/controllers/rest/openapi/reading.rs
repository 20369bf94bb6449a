//! The schemas of responses: the records of an object, and the information about a page.

use serde_json::{Map, Value, json};

use super::parts;
use crate::catalogue::object::{Field, Kind, Object, ToOne, capitalised};

const MAX_NESTED_RECORDS: usize = 1000;

/// A record. Every response has all fields; relations depend on `depth`.
pub fn record_schema(object: &Object) -> Value {
    let mut properties = own_properties();
    properties.extend(object.fields.iter().map(|field| (field.name.clone(), field_schema(field))));
    let required: Vec<_> = properties.keys().cloned().collect();
    properties.extend(object.fields.iter().filter_map(|field| match &field.kind {
        Kind::Relation(relation) => Some((relation.name.clone(), to_one_schema(relation, field))),
        _ => None,
    }));
    properties.extend(object.to_many.iter().map(|many| {
        let list = json!({ "type": "array", "items": record_reference(&many.target), "maxItems": MAX_NESTED_RECORDS, "description": many.description });
        (many.name.clone(), list)
    }));
    json!({ "type": "object", "description": object.description, "properties": properties, "required": required })
}

pub fn record_reference(singular: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{}ForResponse", capitalised(singular)) })
}

pub fn page_info_schema() -> Value {
    let cursor = json!({ "type": ["string", "null"], "description": "Null on a page without records." });
    json!({
        "type": "object",
        "properties": {
            "hasNextPage": { "type": "boolean" },
            "hasPreviousPage": { "type": "boolean", "description": "Only there when it is true." },
            "startCursor": cursor,
            "endCursor": cursor,
        },
        "required": ["hasNextPage", "startCursor", "endCursor"],
    })
}

fn own_properties() -> Map<String, Value> {
    let moment =
        |description: &str| json!({ "type": "string", "format": "date-time", "description": description });
    [
        ("id", json!({ "type": "string", "format": "uuid", "description": "Never changes and is never used again." })),
        ("createdAt", moment("When the record was made.")),
        ("updatedAt", moment("When it was last changed.")),
        ("deletedAt", json!({ "type": ["string", "null"], "format": "date-time", "description": "Null: a deleted record is gone." })),
    ]
    .into_iter()
    .map(|(name, schema)| (name.to_owned(), schema))
    .collect()
}

fn field_schema(field: &Field) -> Value {
    let mut schema = match &field.kind {
        Kind::Text => json!({ "type": "string" }),
        Kind::Uuid | Kind::Relation(_) => json!({ "type": ["string", "null"], "format": "uuid" }),
        Kind::DateTime => json!({ "type": ["string", "null"], "format": "date-time" }),
        Kind::Boolean => json!({ "type": ["boolean", "null"] }),
        Kind::Integer => json!({ "type": ["integer", "null"] }),
        Kind::Number => json!({ "type": ["number", "null"] }),
        Kind::Json => json!({}),
        Kind::Array => json!({ "type": ["array", "null"], "items": { "type": "string" } }),
        Kind::Enum(options) => json!({ "type": ["string", "null"], "enum": parts::options_or_null(options) }),
        Kind::MultiSelect(options) => {
            json!({ "type": ["array", "null"], "items": { "type": "string", "enum": options } })
        }
        Kind::Composite(_, parts) => parts::response_schema(parts),
    };
    schema["description"] = field.description.as_str().into();
    schema
}

fn to_one_schema(relation: &ToOne, field: &Field) -> Value {
    json!({
        "anyOf": [record_reference(&relation.target), { "type": "null" }],
        "description": field.description,
    })
}
