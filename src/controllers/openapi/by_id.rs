//! Describes the second URL of an action, with the `id` in the path instead of the body or the query.

use serde_json::{Map, Value, json};

use super::requests;

/// The operation at the second URL. Adds a body schema without `id` to `schemas`, named `…ById`.
pub fn operation(operation: &Value, schemas: &mut Map<String, Value>) -> Value {
    let mut operation = operation.clone();
    let mut parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    parameters.retain(|parameter| parameter["name"] != "id");
    parameters.push(requests::path_id(&json!({ "type": "integer" })));
    operation["parameters"] = parameters.into();
    if let Some(reference) = operation.pointer_mut("/requestBody/content/application~1json/schema/$ref") {
        let name = reference.as_str().and_then(|reference| reference.rsplit('/').next()).unwrap_or_default();
        let (new_name, new_schema) = (format!("{name}ById"), without_id(&schemas[name]));
        schemas.insert(new_name.clone(), new_schema);
        *reference = format!("#/components/schemas/{new_name}").into();
    }
    operation
}

fn without_id(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.remove("id");
    }
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| name != "id");
    }
    schema
}
