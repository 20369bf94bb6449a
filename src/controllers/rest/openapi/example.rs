//! An example record of an object: its required fields, its names and its composites.

use serde_json::{Map, Value, json};

use crate::catalogue::{
    composite::Composite,
    object::{Field, Kind, Object},
};

const ID: &str = "0197a0c4-52f0-7c3e-9d1a-6b1f5f0c2a11";
const NAME_FIELDS: [&str; 4] = ["name", "title", "handle", "provider"];

pub fn render(object: &Object) -> Value {
    let shown = object
        .fields
        .iter()
        .filter(|field| object.required.contains(&field.name) || is_shown(field))
        .map(|field| (field.name.clone(), value(field)));
    shown.collect::<Map<_, _>>().into()
}

fn is_shown(field: &Field) -> bool {
    match &field.kind {
        Kind::Text => NAME_FIELDS.contains(&field.name.as_str()),
        Kind::Composite(kind, _) => composite(*kind).is_some(),
        _ => false,
    }
}

fn value(field: &Field) -> Value {
    match &field.kind {
        Kind::Text => text(&field.name).into(),
        Kind::Uuid | Kind::Relation(_) => ID.into(),
        Kind::DateTime => "2030-01-01T00:00:00.000Z".into(),
        Kind::Boolean => true.into(),
        Kind::Integer | Kind::Number => 1.into(),
        Kind::Json => json!({}),
        Kind::Array => json!([]),
        Kind::Enum(options) => json!(options.first()),
        Kind::MultiSelect(options) => options.iter().take(1).cloned().collect(),
        Kind::Composite(kind, _) => composite(*kind).unwrap_or_else(|| json!({})),
    }
}

fn text(name: &str) -> &'static str {
    match name {
        "provider" => "twitter",
        "handle" => "falcons",
        "title" => "Ring the coach",
        _ => "Falcons Athletics",
    }
}

fn composite(kind: Composite) -> Option<Value> {
    let value = match kind {
        Composite::FullName => json!({ "firstName": "Olga", "lastName": "Berg" }),
        Composite::Emails => json!({ "primaryEmail": "olga@example.com", "additionalEmails": [] }),
        Composite::Currency => json!({ "amountMicros": 1_500_000_000, "currencyCode": "EUR" }),
        _ => return None,
    };
    Some(value)
}
