//! Lists the texts of a body and of the API description by name, and removes from answers what differs between runs.

use serde_json::{Map, Value};

use crate::wire::Answer;

/// Where a text is in a body.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// A JSON pointer, as `serde_json` uses it.
    pub pointer: String,
}

impl Leaf {
    /// `team.name`, `user_emails`: an element has the name of its list.
    pub fn name(&self) -> String {
        let parts = self.pointer.split('/').filter(|part| !part.is_empty() && part.parse::<usize>().is_err());
        parts.collect::<Vec<_>>().join(".")
    }
}

pub fn leaves(body: &Value) -> Vec<Leaf> {
    let mut found = Vec::new();
    descend(body, "", &mut found);
    found
}

fn descend(value: &Value, pointer: &str, found: &mut Vec<Leaf>) {
    match value {
        Value::String(_) => found.push(Leaf { pointer: pointer.to_owned() }),
        Value::Array(items) => {
            let places = items.iter().enumerate();
            places.for_each(|(place, item)| descend(item, &format!("{pointer}/{place}"), found));
        }
        Value::Object(pairs) => {
            pairs.iter().for_each(|(name, value)| descend(value, &format!("{pointer}/{name}"), found));
        }
        _ => {}
    }
}

/// Names such as `POST /api/v4/teams team.name` of all texts that the description allows in a request.
pub fn texts(document: &Value) -> Vec<String> {
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    let mut texts = Vec::new();
    for (path, verbs) in document["paths"].as_object().expect("paths") {
        for (verb, action) in verbs.as_object().expect("verbs") {
            let route = format!("{} {path}", verb.to_uppercase());
            if verb == "patch" {
                continue;
            }
            let mut names = Vec::new();
            described(
                &action["requestBody"]["content"]["application/json"]["schema"],
                schemas,
                "",
                &mut names,
            );
            let asked = action["parameters"].as_array().into_iter().flatten();
            let asked = asked.filter(|asked| asked["in"] == "query" && verb == "get");
            names.extend(asked.filter_map(|asked| asked["name"].as_str().map(str::to_owned)));
            texts.extend(names.into_iter().map(|name| format!("{route} {name}")));
        }
    }
    texts
}

fn described(schema: &Value, schemas: &Map<String, Value>, name: &str, names: &mut Vec<String>) {
    if let Some(target) = schema["$ref"].as_str().and_then(|place| place.rsplit('/').next()) {
        return described(&schemas[target], schemas, name, names);
    }
    let choices = ["oneOf", "anyOf", "allOf"].into_iter().filter_map(|key| schema[key].as_array()).flatten();
    choices.for_each(|choice| described(choice, schemas, name, names));
    if schema["items"].is_object() {
        described(&schema["items"], schemas, name, names);
    }
    for (child, schema) in schema["properties"].as_object().into_iter().flatten() {
        let child = if name.is_empty() { child.clone() } else { format!("{name}.{child}") };
        described(schema, schemas, &child, names);
    }
    if is_text(schema) && !names.iter().any(|other| other == name) {
        names.push(name.to_owned());
    }
}

/// Flags may be sent as text, but they are not counted as texts.
fn is_text(schema: &Value) -> bool {
    let kinds = schema["type"].as_array().into_iter().flatten().chain([&schema["type"]]);
    let is_text = kinds.filter_map(Value::as_str).any(|kind| kind == "string");
    let choices: Vec<&Value> = schema["enum"].as_array().into_iter().flatten().collect();
    let is_flag = choices.iter().any(|choice| choice.is_boolean());
    (is_text || choices.iter().any(|choice| choice.is_string())) && !is_flag
}

/// Replaces ids, tokens and times, which differ between runs.
pub fn lasting(answer: &Answer) -> String {
    let mut body = answer.json();
    forget(&mut body);
    let body = if body.is_null() { answer.body.clone() } else { body.to_string() };
    format!("{} {body}", answer.status)
}

/// `422 missing`: the status and the code of the first error of a body from [`lasting`].
pub fn kind_of(answer: &str) -> String {
    let (status, body) = answer.split_once(' ').unwrap_or((answer, ""));
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    let code = body.pointer("/errors/0/code").and_then(Value::as_str).unwrap_or_default();
    format!("{status} {code}").trim_end().to_owned()
}

fn forget(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(forget),
        Value::Object(pairs) => pairs.iter_mut().for_each(|(name, value)| {
            let passes =
                ["id", "at", "auth_token", "url", "key"].contains(&name.as_str()) || name.ends_with("_at");
            if (passes || name.ends_with("_id")) && !value.is_null() {
                *value = Value::String(format!("<{name}>"));
            } else {
                forget(value);
            }
        }),
        _ => {}
    }
}
