//! Request bodies in every content type, and the parameters of paths and queries.

use serde_json::{Map, Value, json};

use super::form;

const FORMS: [&str; 2] = ["application/x-www-form-urlencoded", "multipart/form-data"];

pub fn body(schema: &Value) -> Value {
    json!({ "content": { "application/json": { "schema": schema } } })
}

/// Adds the form content types to every body, and marks a body as required if it has a required property.
pub fn add_forms(paths: &mut Map<String, Value>, schemas: &mut Map<String, Value>) {
    for body in operations(paths).filter_map(|operation| operation.get_mut("requestBody")) {
        let schema = body["content"]["application/json"]["schema"].clone();
        let may_be_empty = resolve(&schema, schemas)["required"].as_array().is_none_or(Vec::is_empty);
        body["required"] = (!may_be_empty).into();
        let form = form::add(&schema, schemas);
        for media in FORMS {
            body["content"][media] = json!({ "schema": form });
        }
    }
}

pub fn path_id(schema: &Value) -> Value {
    path_parameter("id", schema)
}

pub fn path_parameter(name: &str, schema: &Value) -> Value {
    json!({ "name": name, "in": "path", "required": true, "schema": schema })
}

/// A parameter of a query; moves `description` and `example` from its schema to the parameter. A list is sent as several
/// values of `name[]`.
pub fn query_parameter(name: &str, is_required: bool, schema: Value) -> Value {
    let mut schema = query_schema(schema);
    let brackets = if schema["type"] == "array" { "[]" } else { "" };
    let mut parameter =
        json!({ "name": format!("{name}{brackets}"), "in": "query", "required": is_required });
    for keyword in ["description", "example"] {
        if let Some(value) = schema.as_object_mut().and_then(|schema| schema.remove(keyword)) {
            parameter[keyword] = value;
        }
    }
    parameter["schema"] = schema;
    parameter
}

/// A query has no null, and its numbers are not limited to a `format` such as `int64`.
fn query_schema(mut schema: Value) -> Value {
    if schema["type"].is_array() {
        schema["type"] = kind(&schema).into();
    }
    if let Some(choices) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        choices.retain(Value::is_string);
        schema["type"] = "string".into();
    }
    if let Some(schema) = schema.as_object_mut() {
        schema.remove("format");
        if let Some(items) = schema.remove("items") {
            schema.insert("items".to_owned(), query_schema(items));
        }
    }
    schema
}

pub fn operations(paths: &mut Map<String, Value>) -> impl Iterator<Item = &mut Value> {
    paths.values_mut().filter_map(Value::as_object_mut).flat_map(Map::values_mut)
}

/// The schema that `$ref` names, or the schema itself if it has none.
pub fn resolve<'a>(schema: &'a Value, schemas: &'a Map<String, Value>) -> &'a Value {
    let name = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
    name.and_then(|name| schemas.get(name)).unwrap_or(schema)
}

/// The type of a schema, without `null`; empty if it has none.
pub fn kind(schema: &Value) -> &str {
    let kinds = schema["type"].as_array().into_iter().flatten();
    kinds.chain([&schema["type"]]).filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or_default()
}
