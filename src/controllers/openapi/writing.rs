//! The document put together: the overview, then each action with what follows from its arguments.

use serde_json::{Map, Value, json};

use super::{
    action::Action, actions, answers, argument::SignedIn, by_id, example, failures, overview, requests,
};

type Named = Map<String, Value>;

pub fn document(public_url: Option<&str>) -> Value {
    let mut description = Description { answers: failures::schemas().collect(), ..Description::default() };
    for action in actions::all() {
        description.add(action);
    }
    let Description { mut paths, answers: mut schemas, inputs } = description;
    answers::complete(schemas.values_mut());
    schemas.extend(inputs);
    requests::complete(&mut paths, &mut schemas);
    example::add(&mut paths, &schemas);
    let mut document = overview::head(public_url);
    document["paths"] = paths.into();
    document["components"] = json!({
        "schemas": schemas,
        "responses": failures::responses(),
        "securitySchemes": overview::security_schemes(),
    });
    document
}

/// What the actions say, put together.
#[derive(Default)]
struct Description {
    paths: Named,
    /// The schemas of answers.
    answers: Named,
    /// The schemas of bodies.
    inputs: Named,
}

impl Description {
    fn add(&mut self, action: Action) {
        let described = json!(action.document);
        self.answers.extend(object(&described["components"]["schemas"]));
        self.inputs.extend(action.input.schemas);
        for (path, verbs) in object(&described["paths"]) {
            for (method, mut operation) in object(&verbs) {
                if !action.input.parameters.is_empty() {
                    operation["parameters"] = json!(action.input.parameters);
                }
                if let Some(schema) = &action.input.body {
                    operation["requestBody"] = requests::body(schema);
                }
                operation["security"] = security(action.signed_in);
                answers::describe(&mut operation["responses"]);
                failures::add(&mut operation, &method, &action.failures);
                if let Some(path) = action.by_id {
                    place(&mut self.paths, path, &method, by_id::variant(&operation, &mut self.inputs));
                }
                place(&mut self.paths, &path, &method, operation);
            }
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
        SignedIn::Optional => json!([{}, { "Authorization": [] }, { "Authentication": [] }]),
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
