//! The schemas of requests and responses around the records.

use serde_json::{Map, Value, json};

use super::reading::record_reference;
use crate::catalogue::object::{Object, capitalised};

const MAX_ENTRIES: usize = 1000;

/// A response with a JSON body.
pub fn success(description: &str, schema: Value) -> Value {
    json!({ "description": description, "content": json_content(schema) })
}

/// A request with one record; `schema` is the name of a component.
pub fn request(schema: &str, is_required: bool) -> Value {
    let schema = json!({ "$ref": format!("#/components/schemas/{schema}") });
    json!({ "description": "The fields of the record.", "required": is_required, "content": json_content(schema) })
}

pub fn batch(object: &Object) -> Value {
    let item = json!({ "$ref": format!("#/components/schemas/{}", capitalised(&object.singular)) });
    let schema = json!({ "type": "array", "items": item, "minItems": 1, "maxItems": MAX_ENTRIES });
    json!({ "description": "A list of records.", "required": true, "content": json_content(schema) })
}

/// The request of find duplicates: either `data` or `ids`; null counts as absent.
pub fn duplicates_request(object: &Object) -> Value {
    let record = json!({ "$ref": format!("#/components/schemas/{}", capitalised(&object.singular)) });
    let list = |items: Value, minimum: usize, description: &str| {
        let list = Map::from_iter([("type".to_owned(), json!("array")), ("items".to_owned(), items)]);
        let mut list = Value::from(list);
        list["minItems"] = minimum.into();
        list["maxItems"] = MAX_ENTRIES.into();
        list["description"] = description.into();
        json!({ "anyOf": [list, { "type": "null" }] })
    };
    let schema = json!({ "type": "object", "properties": {
        "data": list(record, 1, "Records that need not exist; only what makes two of them the same is looked at. Send `null` when you send ids."),
        "ids": list(json!({ "type": "string", "format": "uuid" }), 0, "Ids of records that exist. Send `null` when you send data."),
    } });
    json!({ "description": "Records or ids: one of them, and `null` for the other.", "required": true, "content": json_content(schema) })
}

/// `{"data": {key: record}}`
pub fn record(key: &str, object: &Object) -> Value {
    data(object_with(key, record_reference(&object.singular)))
}

/// `{"data": {key: [record, …]}}`
pub fn records(key: &str, object: &Object) -> Value {
    data(object_with(key, list(object)))
}

/// `{"data": {key: {"id": "…"}}}`
pub fn deleted(key: &str) -> Value {
    data(object_with(key, object_with("id", json!({ "type": "string", "format": "uuid" }))))
}

pub fn page(object: &Object) -> Value {
    json!({
        "type": "object",
        "properties": {
            "data": object_with(&object.plural, list(object)),
            "pageInfo": { "$ref": "#/components/schemas/PageInfo" },
            "totalCount": { "type": "integer" },
        },
        "required": ["data", "pageInfo", "totalCount"],
    })
}

pub fn duplicates(object: &Object) -> Value {
    let key = format!("{}Duplicates", object.singular);
    let found = json!({
        "type": "object",
        "properties": {
            "totalCount": { "type": "integer" },
            "pageInfo": { "$ref": "#/components/schemas/PageInfo" },
            &key: list(object),
        },
        "required": ["totalCount", "pageInfo", key],
    });
    data(json!({ "type": "array", "items": found }))
}

/// The sentence that says which records are duplicates.
pub fn duplicate_rule(object: &Object) -> String {
    let joined_paths = |paths: &Vec<String>| paths.join("` and `");
    let rules: Vec<_> = object.duplicate_criteria.iter().map(joined_paths).collect();
    if rules.is_empty() {
        return "Nothing makes two of these the same, so nothing is ever found.".to_owned();
    }
    format!(
        "Records are the same when these are equal, and three letters long or more: `{}`.",
        rules.join("`; or `")
    )
}

fn list(object: &Object) -> Value {
    json!({ "type": "array", "items": record_reference(&object.singular) })
}

fn data(schema: Value) -> Value {
    object_with("data", schema)
}

fn object_with(key: &str, schema: Value) -> Value {
    let properties = Map::from_iter([(key.to_owned(), schema)]);
    json!({ "type": "object", "properties": properties, "required": [key] })
}

fn json_content(schema: Value) -> Value {
    json!({ "application/json": Map::from_iter([("schema".to_owned(), schema)]) })
}
