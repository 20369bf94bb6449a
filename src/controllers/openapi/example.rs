//! A whole example for every body, made of the examples of its parts. A part without one gets a likely value.

use serde_json::{Map, Value, json};

use super::requests::{kind, operations, resolve};

pub fn add(paths: &mut Map<String, Value>, schemas: &Map<String, Value>) {
    for operation in operations(paths) {
        if let Some(body) = operation.get_mut("requestBody") {
            fill(body, schemas);
        }
        let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
        for response in responses.into_iter().flat_map(Map::values_mut) {
            fill(response, schemas);
        }
    }
}

fn fill(body: &mut Value, schemas: &Map<String, Value>) {
    let content = body.get_mut("content").and_then(Value::as_object_mut);
    for media in content.into_iter().flat_map(Map::values_mut) {
        media["example"] = example("", &media["schema"], schemas);
    }
}

/// The value of one part: by its schema, or else by its name.
pub fn example(name: &str, schema: &Value, schemas: &Map<String, Value>) -> Value {
    let schema = resolve(schema, schemas);
    if let Some(example) = schema.get("example") {
        return example.clone();
    }
    if let Some(choices) = schema["enum"].as_array() {
        return choices.first().cloned().unwrap_or_default();
    }
    for parts in ["oneOf", "anyOf"] {
        if let Some(choices) = schema[parts].as_array() {
            let choice = choices.iter().find(|choice| choice["type"] != "null");
            return example(name, choice.unwrap_or(&Value::Null), schemas);
        }
    }
    match kind(schema) {
        "array" => json!([example(name, &schema["items"], schemas)]),
        "integer" => json!(1),
        "boolean" => json!(false),
        "string" if schema["format"] == "date-time" => json!("2023-06-14T17:06:02.456Z"),
        "string" => likely(name).into(),
        _ => whole(schema, schemas),
    }
}

/// An object, or all the objects of an `allOf` together.
fn whole(schema: &Value, schemas: &Map<String, Value>) -> Value {
    let mut whole = Map::new();
    for part in schema["allOf"].as_array().into_iter().flatten() {
        if let Value::Object(part) = example("", part, schemas) {
            whole.extend(part);
        }
    }
    let required = schema["required"].as_array();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let is_required = required.is_some_and(|names| names.iter().any(|other| other == name));
        if is_required || !is_rarely_sent(property) {
            whole.insert(name.clone(), example(name, property, schemas));
        }
    }
    whole.into()
}

/// An object that may be left out, or a part of one in a form: an example is for the usual case.
fn is_rarely_sent(schema: &Value) -> bool {
    schema["oneOf"].is_array() || schema["example"] == ""
}

fn likely(name: &str) -> &'static str {
    match name.trim_end_matches("[]").trim_end_matches(']').rsplit('[').next().unwrap_or_default() {
        name if name.contains("email") => "olga@example.com",
        name if name.contains("password") => "correct horse battery",
        name if name.contains("token") => "TOKEN",
        name if name.contains("logo") || name.contains("url") => "https://example.com/falcons.png",
        "first_name" => "Olga",
        "last_name" => "Berg",
        "full_name" | "user_full_name" => "Olga Berg",
        "nickname" => "Football",
        _ => "Falcons Athletics",
    }
}
