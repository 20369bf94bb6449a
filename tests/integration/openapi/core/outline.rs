//! Reduces a description to what clients are built from: routes, parameters, fields and relations, in order.

use std::fmt::Write as _;

use serde_json::{Map, Value};

pub fn outline(document: &Value) -> String {
    let components = &document["components"];
    let mut outline = String::new();
    for (name, parameter) in object(&components["parameters"]) {
        let (place, wire) = (text(&parameter["in"]), text(&parameter["name"]));
        writeln!(outline, "{name} = {place} {wire}: {}", parameter_type(&parameter["schema"])).unwrap();
    }
    outline.push('\n');
    for (path, verbs) in object(&document["paths"]) {
        for (verb, operation) in object(verbs) {
            writeln!(outline, "{} {path} {}", verb.to_uppercase(), operation_line(operation)).unwrap();
        }
    }
    let tags: Vec<_> = list(&document["tags"]).iter().map(|tag| text(&tag["name"])).collect();
    writeln!(outline, "\ntags = {}\n", tags.join(" ")).unwrap();
    let schemas = object(&components["schemas"]);
    let written = schemas.keys().filter(|name| schemas.contains_key(&format!("{name}ForUpdate")));
    for name in written {
        outline.push_str(&record(name, schemas));
    }
    outline
}

fn operation_line(operation: &Value) -> String {
    let mut line = format!("{} {}", text(&operation["operationId"]), text(&operation["tags"][0]));
    if operation.get("parameters").is_some() {
        let parameters: Vec<_> = list(&operation["parameters"]).iter().map(referred).collect();
        write!(line, " ({})", parameters.join(" ")).unwrap();
    }
    if operation.get("requestBody").is_some() {
        write!(line, " <- {}", body(&operation["requestBody"]["content"]["application/json"]["schema"]))
            .unwrap();
    }
    let success = object(&operation["responses"]).keys().find(|status| status.starts_with('2')).unwrap();
    line + " -> " + success
}

fn body(schema: &Value) -> String {
    match schema["type"].as_str() {
        None => referred(schema).to_owned(),
        Some("array") => format!("list of {}", referred(&schema["items"])),
        Some(_) => {
            let lists = object(&schema["properties"]).iter();
            let items = |items: &Value| match items.get("$ref") {
                Some(_) => referred(items).to_owned(),
                None => parameter_type(items),
            };
            lists
                .map(|(name, list)| format!("{name} {}", items(&list["anyOf"][0]["items"])))
                .collect::<Vec<_>>()
                .join(", ")
        }
    }
}

fn parameter_type(schema: &Value) -> String {
    let mut line = text(&schema["type"]).to_owned();
    if let Some(format) = schema["format"].as_str() {
        write!(line, " {format}").unwrap();
    }
    if let Some(choices) = schema["enum"].as_array() {
        write!(line, " {}", choices.iter().map(plain).collect::<Vec<_>>().join("|")).unwrap();
    }
    if let Some(default) = schema.get("default") {
        write!(line, " = {}", plain(default)).unwrap();
    }
    line
}

fn record(name: &str, schemas: &Map<String, Value>) -> String {
    let schema = &schemas[name];
    let required: String = list(&schema["required"]).iter().flat_map(|name| [" ", text(name)]).collect();
    let mut record = name.to_owned();
    if !required.is_empty() {
        write!(record, " requires{required}").unwrap();
    }
    record.push('\n');
    let properties = |schema: &Value| -> Vec<String> {
        object(&schema["properties"])
            .iter()
            .map(|(name, schema)| format!("  {name}: {}", property(schema)))
            .collect()
    };
    let update = &schemas[&format!("{name}ForUpdate")];
    assert_eq!(properties(schema), properties(update), "{name} is created and updated alike");
    assert!(update.get("required").is_none(), "an update of {name} requires nothing");
    for line in properties(schema).into_iter().chain(relations(&schemas[&format!("{name}ForResponse")])) {
        writeln!(record, "{line}").unwrap();
    }
    record
}

/// A form shows the first of several alternatives.
fn property(schema: &Value) -> String {
    let schema = schema["anyOf"].get(0).unwrap_or(schema);
    let mut line = parameter_type(schema);
    if schema["type"] == "array" {
        write!(line, " of {}", parameter_type(&schema["items"])).unwrap();
    }
    if let Some(parts) = schema["properties"].as_object() {
        let mut names: Vec<_> = parts.keys().map(String::as_str).collect();
        names.sort_unstable();
        write!(line, " with {}", names.join(" ")).unwrap();
    }
    line
}

fn relations(row: &Value) -> Vec<String> {
    let properties = object(&row["properties"]).iter();
    let mut relations: Vec<_> = properties
        .filter_map(|(name, schema)| {
            let one = schema["anyOf"].get(0).filter(|one| one.get("$ref").is_some());
            let many = schema.get("items").filter(|many| many.get("$ref").is_some());
            one.map(|one| format!("  -> {name}: {}", referred(one)))
                .or(many.map(|many| format!("  -> {name}: {}[]", referred(many))))
        })
        .collect();
    relations.sort_unstable();
    relations
}

fn referred(reference: &Value) -> &str {
    text(&reference["$ref"]).rsplit('/').next().unwrap()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap_or_else(|| panic!("not an object: {value}"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}"))
}
