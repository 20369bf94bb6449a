//! Adds an example to every body, built from the examples of its properties. A property without one gets a value that
//! fits its type and name.

use serde_json::{Map, Value, json};

use super::requests::{kind, operations, resolve};

/// Adds examples to the request and response bodies of all operations.
pub fn add_all(paths: &mut Map<String, Value>, schemas: &Map<String, Value>) {
    for operation in operations(paths) {
        if let Some(body) = operation.get_mut("requestBody") {
            add(body, schemas);
        }
        let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
        for response in responses.into_iter().flat_map(Map::values_mut) {
            add(response, schemas);
        }
    }
}

fn add(body: &mut Value, schemas: &Map<String, Value>) {
    let content = body.get_mut("content").and_then(Value::as_object_mut);
    for media in content.into_iter().flat_map(Map::values_mut) {
        media["example"] = example("", &media["schema"], schemas);
    }
}

/// An example of one property: from its schema, or else from its name.
pub fn example(name: &str, schema: &Value, schemas: &Map<String, Value>) -> Value {
    let schema = resolve(schema, schemas);
    if let Some(example) = schema.get("example") {
        return example.clone();
    }
    if let Some(choices) = schema["enum"].as_array() {
        return choices.first().cloned().unwrap_or_default();
    }
    for keyword in ["oneOf", "anyOf"] {
        if let Some(choices) = schema[keyword].as_array() {
            let choice = choices.iter().find(|choice| choice["type"] != "null");
            return example(name, choice.unwrap_or(&Value::Null), schemas);
        }
    }
    match kind(schema) {
        "array" => json!([example(name, &schema["items"], schemas)]),
        "integer" => json!(1),
        "boolean" => json!(false),
        "string" if schema["format"] == "date-time" => json!("2023-06-14T17:06:02.456Z"),
        "string" => text_for(name).into(),
        _ => object(schema, schemas),
    }
}

/// An example of an object, or of all objects of an `allOf` merged.
fn object(schema: &Value, schemas: &Map<String, Value>) -> Value {
    let mut object = Map::new();
    for part in schema["allOf"].as_array().into_iter().flatten() {
        if let Value::Object(part) = example("", part, schemas) {
            object.extend(part);
        }
    }
    let required = schema["required"].as_array();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let is_required = required.is_some_and(|names| names.iter().any(|other| other == name));
        if is_required || !is_rarely_sent(property) {
            object.insert(name.clone(), example(name, property, schemas));
        }
    }
    object.into()
}

/// An optional object, or a property of one in a form: an example shows the usual request, which has none.
fn is_rarely_sent(schema: &Value) -> bool {
    schema["oneOf"].is_array() || schema["example"] == ""
}

fn text_for(name: &str) -> &'static str {
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
