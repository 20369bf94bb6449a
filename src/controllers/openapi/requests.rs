//! What is asked of a caller: bodies as the parameter readers take them, in each of their types, and queries.

mod reading;

use serde_json::{Map, Value, json};

use super::form;

const FORMS: [&str; 2] = ["application/x-www-form-urlencoded", "multipart/form-data"];

/// Tells the request bodies as they are, in all their types; a query has texts only, so nothing in it is null.
pub fn tighten(paths: &mut Map<String, Value>, schemas: &mut Map<String, Value>) {
    let mut bodies = Vec::new();
    for operation in operations(paths) {
        if let Some(name) = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str()
        {
            bodies.push(name.to_owned());
        }
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            as_text(&mut parameter["schema"]);
        }
    }
    bodies.sort_unstable();
    bodies.dedup();
    for body in bodies {
        reading::tighten(&body, schemas);
    }
    for operation in operations(paths) {
        let content = operation.pointer_mut("/requestBody/content").and_then(Value::as_object_mut);
        let Some(content) = content else { continue };
        let Some(json) = content.get("application/json") else { continue };
        let form = form::flat(&json["schema"], schemas);
        content.extend(FORMS.map(|media| (media.to_owned(), json!({ "schema": form }))));
    }
}

pub fn operations(paths: &mut Map<String, Value>) -> impl Iterator<Item = &mut Value> {
    paths.values_mut().filter_map(Value::as_object_mut).flat_map(Map::values_mut)
}

pub fn resolve<'a>(schema: &'a Value, schemas: &'a Map<String, Value>) -> &'a Value {
    let name = schema["$ref"].as_str().and_then(|place| place.rsplit('/').next());
    name.and_then(|name| schemas.get(name)).unwrap_or(schema)
}

/// The one type of a schema, null apart.
pub fn kind(schema: &Value) -> &str {
    let kinds = schema["type"].as_array().into_iter().flatten();
    kinds.chain([&schema["type"]]).filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or_default()
}

/// A text is never null, and a number in one may have any length.
fn as_text(schema: &mut Value) {
    if schema["type"].is_array() {
        schema["type"] = kind(schema).into();
    }
    if let Some(schema) = schema.as_object_mut() {
        schema.retain(|name, value| !(name == "format" && value == "int64"));
    }
}
