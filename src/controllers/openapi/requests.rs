//! What is asked of a caller: bodies as the parameter readers take them, in each of their types, and queries.

mod reading;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::form;

const FORMS: [&str; 2] = ["application/x-www-form-urlencoded", "multipart/form-data"];

/// Tells the bodies as they are, in all their types, and the queries; answers the names of the bodies' schemas.
pub fn tighten(paths: &mut Map<String, Value>, schemas: &mut Map<String, Value>) -> BTreeSet<String> {
    let mut asked = BTreeSet::new();
    for operation in operations(paths) {
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            as_text(&mut parameter["schema"]);
        }
        let reads_query = operation["parameters"]
            .as_array()
            .is_some_and(|parameters| parameters.iter().any(|parameter| parameter["in"] == "query"));
        let Some(body) = operation.get_mut("requestBody") else { continue };
        let schema = body["content"]["application/json"]["schema"].clone();
        reading::tighten(&schema, schemas, &mut asked);
        if reads_query {
            // What the body leaves out, the query may say.
            resolve_mut(&schema, schemas).and_then(|body| body.remove("required"));
        }
        let may_be_empty = resolve(&schema, schemas)["required"].as_array().is_none_or(Vec::is_empty);
        body["required"] = (!may_be_empty).into();
        let form = form::add(&schema, schemas);
        for media in FORMS {
            body["content"][media] = json!({ "schema": form });
        }
    }
    asked
}

pub fn operations(paths: &mut Map<String, Value>) -> impl Iterator<Item = &mut Value> {
    paths.values_mut().filter_map(Value::as_object_mut).flat_map(Map::values_mut)
}

pub fn resolve<'a>(schema: &'a Value, schemas: &'a Map<String, Value>) -> &'a Value {
    let name = schema["$ref"].as_str().and_then(|place| place.rsplit('/').next());
    name.and_then(|name| schemas.get(name)).unwrap_or(schema)
}

fn resolve_mut<'a>(
    schema: &Value,
    schemas: &'a mut Map<String, Value>,
) -> Option<&'a mut Map<String, Value>> {
    let name = schema["$ref"].as_str()?.rsplit('/').next()?;
    schemas.get_mut(name)?.as_object_mut()
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
