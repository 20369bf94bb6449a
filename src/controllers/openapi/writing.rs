//! The document put together: the overview, then each action with what follows from its arguments.

use serde_json::{Map, Value, json};

use super::{
    action::{Action, SignedIn},
    actions, answers, by_id, example, failures, overview, requests,
};

type Named = Map<String, Value>;

pub fn document(public_url: Option<&str>) -> Value {
    let mut document = overview::head(public_url);
    let mut paths = Map::new();
    let mut schemas: Named = failures::schemas().collect();
    for action in actions::all() {
        add(&mut paths, &mut schemas, &action);
    }
    let asked = requests::tighten(&mut paths, &mut schemas);
    answers::complete(
        schemas.iter_mut().filter(|(name, _)| !asked.contains(*name)).map(|(_, schema)| schema),
    );
    example::add(&mut paths, &schemas);
    document["paths"] = paths.into();
    document["components"] = json!({
        "schemas": schemas,
        "responses": failures::responses(),
        "securitySchemes": overview::security_schemes(),
    });
    document
}

fn add(paths: &mut Named, schemas: &mut Named, action: &Action) {
    let described = json!(action.document);
    schemas.extend(object(&described["components"]["schemas"]));
    for (path, verbs) in object(&described["paths"]) {
        for (method, mut operation) in object(&verbs) {
            operation["security"] = security(action.signed_in);
            answers::describe(&mut operation["responses"]);
            failures::add(&mut operation, &method, &action.failures);
            if let Some(path) = action.by_id {
                place(paths, path, &method, by_id::variant(&operation, schemas));
            }
            place(paths, &path, &method, operation);
        }
    }
}

fn object(value: &Value) -> Named {
    value.as_object().cloned().unwrap_or_default()
}

/// Under its path and verb; what answers PUT answers PATCH, too.
fn place(paths: &mut Named, path: &str, method: &str, mut operation: Value) {
    let action = operation["operationId"].as_str().unwrap_or_default().to_owned();
    let verbs = paths.entry(path).or_insert_with(|| json!({}));
    operation["operationId"] = operation_id(&action, path).into();
    verbs[method] = operation.clone();
    if method == "put" {
        operation["operationId"] = operation_id("patch", path).into();
        operation["description"] = "The same as PUT.".into();
        verbs["patch"] = operation;
    }
}

/// `update_twitter_accounts_by_id`: the action and where it is, so no two are alike.
fn operation_id(action: &str, path: &str) -> String {
    let place = path.trim_start_matches("/api/v4").replace("/{", "_by_").replace(['/', '.'], "_");
    format!("{action}{}", place.replace('}', ""))
}

fn security(signed_in: SignedIn) -> Value {
    match signed_in {
        SignedIn::Never => json!([]),
        SignedIn::IfTheyLike => json!([{}, { "Authorization": [] }, { "Authentication": [] }]),
        SignedIn::Always => json!([{ "Authorization": [] }, { "Authentication": [] }]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_shapes_share_a_name() {
        let mut known = Named::new();
        for action in actions::all() {
            for (name, schema) in object(&json!(action.document)["components"]["schemas"]) {
                let former = known.entry(name.clone()).or_insert_with(|| schema.clone());
                assert_eq!(*former, schema, "two types are called {name}; rename one of them");
            }
        }
    }
}
