//! Renders the whole description: the overview, the paths with their operations, and the components.

use serde_json::{Map, Value, json};

use super::{action::Action, answers, argument::SignedIn, by_id, example, failures, overview, requests};
use crate::controllers::at::Verb;

type ByName = Map<String, Value>;

/// The whole document. `public_url` is the address in `servers`; `/` without one.
pub fn render(public_url: Option<&str>, actions: &[Action]) -> Value {
    let mut description = Description { answers: failures::schemas().collect(), ..Description::default() };
    for action in actions {
        description.add(action);
    }
    let Description { mut paths, answers: mut schemas, inputs } = description;
    answers::require_nullable(schemas.values_mut());
    schemas.extend(inputs);
    requests::add_forms(&mut paths, &mut schemas);
    example::add_all(&mut paths, &schemas);
    let mut document = overview::head(public_url);
    document["paths"] = paths.into();
    document["components"] = json!({
        "schemas": schemas,
        "responses": failures::responses(),
        "securitySchemes": overview::security_schemes(),
    });
    document
}

/// The descriptions of all actions, merged.
#[derive(Default)]
struct Description {
    paths: ByName,
    /// The schemas of response bodies.
    answers: ByName,
    /// The schemas of request bodies.
    inputs: ByName,
}

impl Description {
    fn add(&mut self, action: &Action) {
        self.answers.extend(action.successes.iter().flat_map(|success| success.schemas.clone()));
        self.inputs.extend(action.input.schemas.clone());
        let operation = operation(action);
        if let Some(url) = &action.by_id {
            insert(&mut self.paths, url, action, by_id::operation(&operation, &mut self.inputs));
        }
        insert(&mut self.paths, &action.url, action, operation);
    }
}

fn operation(action: &Action) -> Value {
    let mut operation = json!({ "tags": [action.tag] });
    for (name, text) in [("summary", action.summary.as_str()), ("description", action.note)] {
        if !text.is_empty() {
            operation[name] = text.into();
        }
    }
    if !action.input.parameters.is_empty() {
        operation["parameters"] = json!(action.input.parameters);
    }
    if let Some(schema) = &action.input.body {
        operation["requestBody"] = requests::body(schema);
    }
    for success in &action.successes {
        operation["responses"][success.status.as_str()] = success.response();
    }
    failures::add(&mut operation, action.verb, &action.failures);
    operation["security"] = security(action.signed_in);
    operation
}

/// Inserts the operation under its URL and verb; PUT also as PATCH.
fn insert(paths: &mut ByName, url: &str, action: &Action, mut operation: Value) {
    let verbs = paths.entry(url).or_insert_with(|| json!({}));
    operation["operationId"] = operation_id(action.name, url).into();
    verbs[method(action.verb)] = operation.clone();
    if action.verb == Verb::Put {
        operation["operationId"] = operation_id("patch", url).into();
        operation["description"] = "The same as PUT.".into();
        verbs["patch"] = operation;
    }
}

fn method(verb: Verb) -> &'static str {
    match verb {
        Verb::Get => "get",
        Verb::Post => "post",
        Verb::Put => "put",
        Verb::Delete => "delete",
    }
}

/// The action and its path, such as `update_twitter_accounts_by_id`; together they are unique.
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
