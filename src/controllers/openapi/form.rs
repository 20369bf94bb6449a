//! A request body as forms send it: flat, the nesting in the names, every value a text.

use serde_json::{Map, Value, json};

use super::{
    example,
    requests::{kind, resolve},
};

/// Adds the form of a body to the schemas, once; returns a reference to it.
pub fn add(reference: &Value, schemas: &mut Map<String, Value>) -> Value {
    let place = format!("{}Form", reference["$ref"].as_str().unwrap_or_default());
    let name = place.rsplit('/').next().unwrap_or_default();
    if !schemas.contains_key(name) {
        schemas.insert(name.to_owned(), flat(reference, schemas));
    }
    json!({ "$ref": place })
}

/// `{"team": {"name": …}, "ids": […]}` is `team[name]` and `ids[]`.
fn flat(schema: &Value, schemas: &Map<String, Value>) -> Value {
    let mut form = Form { schemas, properties: Map::new(), required: Vec::new() };
    form.add_all("", schema, true);
    let Form { properties, required, .. } = form;
    let body = resolve(schema, schemas);
    if required.is_empty() && body["required"].as_array().is_some_and(|names| !names.is_empty()) {
        // The object around them is required, and a form cannot send an empty one.
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
            let name_there = if path.is_empty() { name.clone() } else { format!("{path}[{name}]") };
            self.add(name_there, property, is_required && required.iter().any(|other| other == name));
        }
    }

    fn add(&mut self, name: String, schema: &Value, is_required: bool) {
        if let Some(choices) = schema["oneOf"].as_array() {
            let hash = choices.iter().find(|choice| choice["$ref"].is_string());
            self.add_all(&name, hash.unwrap_or(&Value::Null), false);
            return self.empty_examples(&format!("{name}["));
        }
        if !resolve(schema, self.schemas)["properties"].is_null() {
            return self.add_all(&name, schema, is_required);
        }
        let name = if kind(schema) == "array" { format!("{name}[]") } else { name };
        if is_required {
            self.required.push(name.clone());
        }
        let mut text = as_text(schema);
        text["example"] = example::example(&name, &text, self.schemas);
        if is_required && kind(schema) == "array" {
            text["minItems"] = 1.into();
        }
        self.properties.insert(name, text);
    }

    /// An object that may be left out is left out of what a page fills in.
    fn empty_examples(&mut self, within: &str) {
        for (_, text) in self.properties.iter_mut().filter(|(name, _)| name.starts_with(within)) {
            text["example"] = "".into();
        }
    }
}

/// The schema, restricted to texts.
fn as_text(schema: &Value) -> Value {
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
    fn puts_the_nesting_into_the_names() {
        let team = json!({ "required": ["name"], "properties": {
            "name": { "type": "string", "example": "Football" },
            "open": { "enum": [true, false, "true", "false", null], "example": true },
        } });
        let body = json!({ "required": ["team", "ids"], "properties": {
            "team": { "$ref": "#/components/schemas/Team" },
            "ids": { "type": ["array", "null"], "items": { "type": "integer" } },
        } });
        let schemas = Map::from_iter([("Team".to_owned(), team)]);
        let flat = flat(&body, &schemas);
        assert_eq!(flat["required"], json!(["team[name]", "ids[]"]));
        assert_eq!(flat["properties"]["team[name]"], json!({ "type": "string", "example": "Football" }));
        assert_eq!(flat["properties"]["team[open]"], json!({ "enum": ["true", "false"], "example": "true" }));
        assert_eq!(flat["properties"]["ids[]"]["minItems"], 1);
    }
}
