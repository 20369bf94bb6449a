//! Schemas in a network's words. They are derived from types that have the general ones: a key such as `account`, and
//! `Network` in the names of types.

use serde_json::{Map, Value};

use super::{argument::Input, output::Success};
use crate::networks::Network;

pub fn of_input(input: Input, network: &Network) -> Input {
    Input {
        parameters: input.parameters,
        body: input.body.map(|body| schema(body, network)),
        schemas: schemas(input.schemas, network),
    }
}

pub fn of_success(success: Success, network: &Network) -> Success {
    Success {
        body: success.body.map(|body| schema(body, network)),
        schemas: schemas(success.schemas, network),
        ..success
    }
}

/// The same success for several networks: a schema of alternatives has those of each.
pub fn of_success_on_each(success: &Success, networks: &[&'static Network]) -> Success {
    let mut merged = Success { schemas: Map::new(), ..success.clone() };
    for network in networks {
        for (name, schema) in of_success(success.clone(), network).schemas {
            let alternatives = schema["oneOf"].as_array().cloned().unwrap_or_default();
            let known = merged.schemas.entry(name).or_insert(schema);
            if let Some(known) = known.get_mut("oneOf").and_then(Value::as_array_mut) {
                for alternative in alternatives {
                    if !known.contains(&alternative) {
                        known.push(alternative);
                    }
                }
            }
        }
    }
    merged
}

fn schemas(schemas: Map<String, Value>, network: &Network) -> Map<String, Value> {
    schemas.into_iter().map(|(name, value)| (text(&name, network), schema(value, network))).collect()
}

fn schema(value: Value, network: &Network) -> Value {
    match value {
        Value::Object(keywords) => keywords
            .into_iter()
            .map(|(keyword, value)| {
                let value = match (keyword.as_str(), value) {
                    ("properties", Value::Object(properties)) => properties
                        .into_iter()
                        .map(|(name, value)| (network.word(&name).to_owned(), schema(value, network)))
                        .collect(),
                    ("required", Value::Array(names)) => {
                        let word =
                            |name: Value| name.as_str().map_or(Value::Null, |name| network.word(name).into());
                        names.into_iter().map(word).collect()
                    }
                    (_, value) => schema(value, network),
                };
                (keyword, value)
            })
            .collect(),
        Value::Array(items) => items.into_iter().map(|item| schema(item, network)).collect(),
        Value::String(said) => text(&said, network).into(),
        other => other,
    }
}

fn text(said: &str, network: &Network) -> String {
    said.replace("Network", network.label).replace("NETWORK", &network.label.to_uppercase())
}
