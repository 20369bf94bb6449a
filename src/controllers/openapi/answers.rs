//! Makes the nullable properties of response schemas required: a response sends `null` instead of leaving one out. A
//! property that may be left out is declared with `nullable = false`.

use serde_json::{Value, json};

/// Adds the nullable properties of each schema, and of the parts of its `allOf`, to `required`.
pub fn require_nullable<'a>(schemas: impl Iterator<Item = &'a mut Value>) {
    for schema in schemas {
        require_nullable_properties(schema);
        require_nullable(schema.get_mut("allOf").and_then(Value::as_array_mut).into_iter().flatten());
    }
}

fn require_nullable_properties(schema: &mut Value) {
    let Some(properties) = schema["properties"].as_object() else { return };
    let is_required = |name: &String| {
        schema["required"].as_array().is_some_and(|required| required.iter().any(|other| other == name))
    };
    let required: Vec<String> = properties
        .iter()
        .filter(|(name, property)| is_required(name) || is_nullable(property))
        .map(|(name, _)| name.clone())
        .collect();
    schema["required"] = json!(required);
}

fn is_nullable(schema: &Value) -> bool {
    let choices = ["oneOf", "anyOf"].into_iter().filter_map(|key| schema[key].as_array()).flatten();
    let kinds = choices.chain([schema]).map(|choice| &choice["type"]);
    kinds
        .into_iter()
        .any(|kind| kind == "null" || kind.as_array().is_some_and(|kinds| kinds.contains(&json!("null"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requires_nullable_properties() {
        let mut schema = json!({ "required": ["id"], "properties": {
            "id": { "type": "integer" },
            "city": { "type": ["string", "null"] },
            "owner": { "oneOf": [{ "type": "null" }, { "$ref": "#/x" }] },
            "links": { "type": "array" },
        } });
        require_nullable([&mut schema].into_iter());
        assert_eq!(schema["required"], json!(["id", "city", "owner"]));
    }
}
