//! The schema of a request body as forms send it: flat, with the nesting in the names and every value a string.

use serde_json::{Map, Value, json};

use super::{
    example,
    requests::{kind, resolve},
};

/// Adds the form schema of a body to the schemas if it is not there yet, and returns a reference to it.
pub fn add(reference: &Value, schemas: &mut Map<String, Value>) -> Value {
    let form_reference = format!("{}Form", reference["$ref"].as_str().unwrap_or_default());
    let name = form_reference.rsplit('/').next().unwrap_or_default();
    if !schemas.contains_key(name) {
        schemas.insert(name.to_owned(), flatten(reference, schemas));
    }
    json!({ "$ref": form_reference })
}

/// `{"team": {"name": …}, "ids": […]}` becomes `team[name]` and `ids[]`.
fn flatten(schema: &Value, schemas: &Map<String, Value>) -> Value {
    let mut form = Form { schemas, properties: Map::new(), required: Vec::new() };
    form.add_all("", schema, true);
    let Form { properties, required, .. } = form;
    let body = resolve(schema, schemas);
    if required.is_empty() && body["required"].as_array().is_some_and(|names| !names.is_empty()) {
        // The body requires an object whose properties are all optional; a form can send it only with a property.
        return json!({ "type": "object", "properties": properties, "minProperties": 1 });
    }
    json!({ "type": "object", "properties": properties, "required": required })
}

struct Form<'a> {
    schemas: &'a Map<String, Value>,
    properties: Map<String, Value>,
    required: Vec<String>,
}

impl Form<'_> {
    fn add_all(&mut self, path: &str, schema: &Value, is_required: bool) {
        let schema = resolve(schema, self.schemas).clone();
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let full_name = if path.is_empty() { name.clone() } else { format!("{path}[{name}]") };
            self.add(full_name, property, is_required && required.iter().any(|other| other == name));
        }
    }

    fn add(&mut self, name: String, schema: &Value, is_required: bool) {
        if let Some(choices) = schema["oneOf"].as_array() {
            let object = choices.iter().find(|choice| choice["$ref"].is_string());
            self.add_all(&name, object.unwrap_or(&Value::Null), false);
            return self.clear_examples(&format!("{name}["));
        }
        // A form sends the first of several objects, which is the documented one.
        if let Some(first) = schema["anyOf"].get(0).filter(|first| first["$ref"].is_string()) {
            return self.add_all(&name, first, is_required);
        }
        if !resolve(schema, self.schemas)["properties"].is_null() {
            return self.add_all(&name, schema, is_required);
        }
        let name = if kind(schema) == "array" { format!("{name}[]") } else { name };
        if is_required {
            self.required.push(name.clone());
        }
        let mut field = as_string(schema);
        field["example"] = example::example(&name, &field, self.schemas);
        if is_required && kind(schema) == "array" {
            field["minItems"] = 1.into();
        }
        self.properties.insert(name, field);
    }

    /// Empties the examples of an optional object, so that the form on `/docs` does not send it.
    fn clear_examples(&mut self, prefix: &str) {
        for (_, field) in self.properties.iter_mut().filter(|(name, _)| name.starts_with(prefix)) {
            field["example"] = "".into();
        }
    }
}

/// The schema of the same value sent as a string.
fn as_string(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(choices) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        choices.retain(Value::is_string);
    } else {
        schema["type"] = kind(&schema).into();
    }
    if schema["example"].is_boolean() {
        schema["example"] = schema["example"].to_string().into();
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flattens_nested_objects_into_names() {
        let team = json!({ "required": ["name"], "properties": {
            "name": { "type": "string", "example": "Football" },
            "open": { "enum": [true, false, "true", "false", null], "example": true },
        } });
        let body = json!({ "required": ["team", "ids"], "properties": {
            "team": { "$ref": "#/components/schemas/Team" },
            "ids": { "type": ["array", "null"], "items": { "type": "integer" } },
        } });
        let schemas = Map::from_iter([("Team".to_owned(), team)]);
        let form = flatten(&body, &schemas);
        assert_eq!(form["required"], json!(["team[name]", "ids[]"]));
        assert_eq!(form["properties"]["team[name]"], json!({ "type": "string", "example": "Football" }));
        assert_eq!(form["properties"]["team[open]"], json!({ "enum": ["true", "false"], "example": "true" }));
        assert_eq!(form["properties"]["ids[]"]["minItems"], 1);
    }
}
