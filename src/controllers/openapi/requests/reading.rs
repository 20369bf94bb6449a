//! What the parameter readers accept, said of every body: texts are not blank and hold no NUL, numbers and flags
//! may come as texts, and what may be left out may be null or `""`. A limit that a schema names itself stands.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::kind;

const NO_NUL: &str = r"^[^\u0000]*$";
const FILLED: &str = r"^[^\u0000]*[^\s\u0000][^\u0000]*$";
const EMPTY_OR_FILLED: &str = r"^$|^[^\u0000]*[^\s\u0000][^\u0000]*$";
const DIGITS: &str = "^[1-9][0-9]{0,14}$";
const LONGEST_ID: u64 = 999_999_999_999_999;

/// The object referred to, and all within it; `seen` are the names of those done already.
pub fn tighten(reference: &Value, schemas: &mut Map<String, Value>, seen: &mut BTreeSet<String>) {
    let name = reference["$ref"].as_str().and_then(|place| place.rsplit('/').next()).unwrap_or_default();
    let Some(mut schema) = schemas.get(name).cloned() else { return };
    if !seen.insert(name.to_owned()) {
        return;
    }
    let required = schema["required"].clone();
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (name, property) in properties.into_iter().flatten() {
        let is_required = required.as_array().is_some_and(|names| names.iter().any(|other| other == name));
        let choices = property["oneOf"].as_array().cloned().unwrap_or_default();
        for reference in choices.iter().chain([&*property]) {
            tighten(reference, schemas, seen);
        }
        tighten_value(property, is_required);
    }
    schemas.insert(name.to_owned(), schema);
}

fn tighten_value(schema: &mut Value, is_required: bool) {
    if let Some(choices) = schema.get_mut("oneOf").and_then(Value::as_array_mut) {
        return choices.push(json!({ "enum": [""] }));
    }
    match kind(schema) {
        "string" if schema["enum"].is_array() => widen(schema, is_required),
        "string" if schema["format"] == "date-time" => moment(schema, is_required),
        "string" => limit(schema, is_required),
        "boolean" => {
            schema["enum"] = json!([true, false, 1, 0, "true", "false", "1", "0"]);
            widen(schema, is_required);
        }
        "integer" => number(schema, is_required),
        "array" => list(schema, is_required),
        _ => {}
    }
}

fn limit(schema: &mut Value, is_required: bool) {
    if schema["maxLength"].is_null() {
        schema["maxLength"] = 255.into();
    }
    if is_required && schema["minLength"].is_null() {
        schema["minLength"] = 1.into();
    }
    if let (Some(least), false) = (schema["minLength"].as_u64(), is_required) {
        schema["minLength"] = 0.into();
        schema["pattern"] = format!(r"^$|^[^\u0000]{{{least},}}$").into();
    }
    if schema["pattern"].is_null() {
        schema["pattern"] = if is_required { FILLED } else { NO_NUL }.into();
    }
}

/// A format refuses the empty text, which leaves it out.
fn moment(schema: &mut Value, is_required: bool) {
    if is_required {
        return;
    }
    if let Some(schema) = schema.as_object_mut() {
        schema.remove("format");
    }
    schema["anyOf"] = json!([{ "format": "date-time" }, { "enum": ["", null] }]);
}

/// An enumeration says it all; its types only repeat it.
fn widen(schema: &mut Value, is_required: bool) {
    let choices = schema.get_mut("enum").and_then(Value::as_array_mut).filter(|_| !is_required);
    if let Some(choices) = choices {
        choices.retain(|choice| !choice.is_null());
        choices.extend([json!(""), Value::Null]);
    }
    if let Some(schema) = schema.as_object_mut() {
        schema.remove("type");
    }
}

fn number(schema: &mut Value, is_required: bool) {
    schema["type"] =
        if is_required { json!(["integer", "string"]) } else { json!(["integer", "string", "null"]) };
    if schema["maximum"].is_null() {
        schema["minimum"] = 1.into();
        schema["maximum"] = LONGEST_ID.into();
    }
    schema["pattern"] = if is_required { DIGITS.into() } else { format!("^$|{DIGITS}").into() };
}

fn list(schema: &mut Value, is_required: bool) {
    let may_be_empty = !is_required || schema["type"].is_array();
    if !may_be_empty {
        schema["minItems"] = 1.into();
    }
    if !is_required {
        // Of all texts, the empty one.
        schema["type"] = json!(["array", "null", "string"]);
        schema["maxLength"] = 0.into();
    }
    let Some(items) = schema.get_mut("items") else { return };
    match kind(items) {
        "integer" => {
            number(items, true);
            if may_be_empty {
                items["pattern"] = format!("^$|{DIGITS}").into();
            }
        }
        "string" => {
            limit(items, true);
            if may_be_empty {
                items["minLength"] = 0.into();
                items["pattern"] = EMPTY_OR_FILLED.into();
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tightened(schema: Value, is_required: bool) -> Value {
        let mut schema = schema;
        tighten_value(&mut schema, is_required);
        schema
    }

    #[test]
    fn says_what_the_readers_accept() {
        let text = json!({ "type": "string" });
        assert_eq!(
            tightened(text.clone(), true),
            json!({ "type": "string", "maxLength": 255, "minLength": 1, "pattern": FILLED })
        );
        assert_eq!(tightened(text, false), json!({ "type": "string", "maxLength": 255, "pattern": NO_NUL }));
        assert_eq!(
            tightened(json!({ "type": ["string", "null"], "enum": ["a", "b", null] }), false),
            json!({ "enum": ["a", "b", "", null] })
        );
        assert_eq!(
            tightened(json!({ "type": "boolean" }), true),
            json!({ "enum": [true, false, 1, 0, "true", "false", "1", "0"] })
        );
        let moment = json!({ "type": ["string", "null"], "format": "date-time" });
        assert_eq!(
            tightened(moment, false),
            json!({
                "type": ["string", "null"],
                "anyOf": [{ "format": "date-time" }, { "enum": ["", null] }]
            })
        );
        let ids = tightened(json!({ "type": "array", "items": { "type": "integer" } }), true);
        assert_eq!((&ids["minItems"], &ids["items"]["minimum"]), (&json!(1), &json!(1)));
    }

    #[test]
    fn leaves_limits_that_are_there() {
        let long = json!({ "type": "string", "maxLength": 4096, "minLength": 8, "pattern": "^x" });
        assert_eq!(tightened(long.clone(), true), long);
    }
}
