//! Renames schemas for a network. The Rust types have general names, with keys such as `account` and `Network` in type
//! names; each network has its own, such as `twitter_account`.

use serde_json::{Map, Value};

use super::{argument::Input, output::Success};
use crate::networks::Network;

/// Renames the keys and types of a request body.
pub fn rename_input(input: Input, network: &Network) -> Input {
    Input {
        parameters: input.parameters,
        body: input.body.map(|body| rename_schema(body, network)),
        schemas: rename_schemas(input.schemas, network),
    }
}

/// Renames the keys and types of a response body.
pub fn rename_success(success: Success, network: &Network) -> Success {
    Success {
        body: success.body.map(|body| rename_schema(body, network)),
        schemas: rename_schemas(success.schemas, network),
        ..success
    }
}

/// Renames a success for each network and merges the results: a `oneOf` gets the alternatives of all networks.
pub fn rename_for_each(success: &Success, networks: &[&'static Network]) -> Success {
    let mut merged = Success { schemas: Map::new(), ..success.clone() };
    for network in networks {
        for (name, schema) in rename_success(success.clone(), network).schemas {
            let alternatives = schema["oneOf"].as_array().cloned().unwrap_or_default();
            let merged = merged.schemas.entry(name).or_insert(schema);
            if let Some(merged) = merged.get_mut("oneOf").and_then(Value::as_array_mut) {
                for alternative in alternatives {
                    if !merged.contains(&alternative) {
                        merged.push(alternative);
                    }
                }
            }
        }
    }
    merged
}

fn rename_schemas(schemas: Map<String, Value>, network: &Network) -> Map<String, Value> {
    schemas
        .into_iter()
        .map(|(name, value)| (rename_text(&name, network), rename_schema(value, network)))
        .collect()
}

fn rename_schema(value: Value, network: &Network) -> Value {
    match value {
        Value::Object(keywords) => keywords
            .into_iter()
            .map(|(keyword, value)| {
                let value = match (keyword.as_str(), value) {
                    ("properties", Value::Object(properties)) => properties
                        .into_iter()
                        .map(|(name, value)| {
                            (network.name_for(&name).to_owned(), rename_schema(value, network))
                        })
                        .collect(),
                    ("required", Value::Array(names)) => {
                        let word = |name: Value| {
                            name.as_str().map_or(Value::Null, |name| network.name_for(name).into())
                        };
                        names.into_iter().map(word).collect()
                    }
                    (_, value) => rename_schema(value, network),
                };
                (keyword, value)
            })
            .collect(),
        Value::Array(items) => items.into_iter().map(|item| rename_schema(item, network)).collect(),
        Value::String(text) => rename_text(&text, network).into(),
        other => other,
    }
}

fn rename_text(text: &str, network: &Network) -> String {
    text.replace("Network", network.label).replace("NETWORK", &network.label.to_uppercase())
}
