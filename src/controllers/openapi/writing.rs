//! The document put together: the overview, then each action with what follows from its arguments.

use serde_json::{Map, Value, json};

use super::{
    action::{Action, SignedIn},
    actions, example, failures, overview, requests,
};

pub fn document(public_url: Option<&str>) -> Value {
    let mut document = overview::head(public_url);
    let mut paths = Map::new();
    let mut schemas = Map::new();
    schemas.extend(failures::schemas());
    for action in actions::all() {
        add(&mut paths, &mut schemas, &action);
    }
    requests::tighten(&mut paths, &mut schemas);
    example::add(&mut paths, &schemas);
    document["paths"] = paths.into();
    document["components"] = json!({
        "schemas": schemas,
        "responses": failures::responses(),
        "securitySchemes": overview::security_schemes(),
    });
    document
}

fn add(paths: &mut Map<String, Value>, schemas: &mut Map<String, Value>, action: &Action) {
    let described = json!(action.document);
    schemas.extend(object(&described["components"]["schemas"]));
    for (path, methods) in object(&described["paths"]) {
        let verbs = paths.entry(path.clone()).or_insert_with(|| json!({}));
        for (method, mut operation) in object(&methods) {
            operation["operationId"] = operation_id(&operation, &path).into();
            operation["security"] = security(action.signed_in);
            describe(&mut operation["responses"]);
            failures::add(&mut operation, &method, &action.failures);
            let patch = (method == "put").then(|| patch(&operation));
            verbs[method] = operation;
            if let Some(patch) = patch {
                verbs["patch"] = patch;
            }
        }
    }
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

/// `update_twitter_accounts_by_id`: the action and where it is, so no two are alike.
fn operation_id(operation: &Value, path: &str) -> String {
    let action = operation["operationId"].as_str().unwrap_or_default();
    let place = path.trim_start_matches("/api/v4").replace("/{", "_by_").replace(['/', '.'], "_");
    format!("{action}{}", place.replace('}', ""))
}

/// The specification wants a description of every answer; most have nothing to add to their status.
fn describe(responses: &mut Value) {
    for (status, response) in responses.as_object_mut().into_iter().flatten() {
        if response["description"].as_str().is_none_or(str::is_empty) {
            response["description"] = if status == "201" { "Made" } else { "Done" }.into();
        }
    }
}

fn patch(put: &Value) -> Value {
    let mut patch = put.clone();
    patch["operationId"] =
        put["operationId"].as_str().unwrap_or_default().replacen("update", "patch", 1).into();
    patch["description"] = "The same as PUT.".into();
    patch
}

fn security(signed_in: SignedIn) -> Value {
    match signed_in {
        SignedIn::Never => json!([]),
        SignedIn::IfTheyLike => json!([{}, { "Authorization": [] }, { "Authentication": [] }]),
        SignedIn::Always => json!([{ "Authorization": [] }, { "Authentication": [] }]),
    }
}
