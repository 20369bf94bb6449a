//! What every success has in common: no part that comes and goes. What may be null is there as null; a part that is
//! left out at times says `nullable = false`.

use serde_json::{Value, json};

/// Requires what may be null, in each of these schemas and in the parts they are composed of.
pub fn complete<'a>(schemas: impl Iterator<Item = &'a mut Value>) {
    for schema in schemas {
        require_nullable(schema);
        complete(schema.get_mut("allOf").and_then(Value::as_array_mut).into_iter().flatten());
    }
}

fn require_nullable(schema: &mut Value) {
    let Some(properties) = schema["properties"].as_object() else { return };
    let is_required = |name: &String| {
        schema["required"].as_array().is_some_and(|required| required.iter().any(|other| other == name))
    };
    let required: Vec<String> = properties
        .iter()
        .filter(|(name, property)| is_required(name) || may_be_null(property))
        .map(|(name, _)| name.clone())
        .collect();
    schema["required"] = json!(required);
}

fn may_be_null(schema: &Value) -> bool {
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
    fn what_may_be_null_is_there() {
        let mut schema = json!({ "required": ["id"], "properties": {
            "id": { "type": "integer" },
            "city": { "type": ["string", "null"] },
            "owner": { "oneOf": [{ "type": "null" }, { "$ref": "#/x" }] },
            "links": { "type": "array" },
        } });
        complete([&mut schema].into_iter());
        assert_eq!(schema["required"], json!(["id", "city", "owner"]));
    }
}
