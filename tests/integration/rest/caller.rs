//! Clients of `/rest`: with a key, with a session, or without credentials.

use reqwest::{Method, blocking::RequestBuilder, header::CONTENT_TYPE};
use roster::models::api_key::Scope;
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use crate::support::{
    client::{self, Client},
    people::Person,
    server::TestApp,
};

pub type Answer = (u16, Value);

#[derive(Clone, Debug)]
pub struct Caller {
    client: Client,
}

impl Caller {
    pub fn nobody(app: &TestApp) -> Self {
        Self { client: Client::new(app) }
    }

    pub fn with(app: &TestApp, bearer: &str) -> Self {
        Self { client: Client::new(app).with_token(bearer) }
    }

    pub fn session(app: &TestApp, person: &Person) -> Self {
        Self::with(app, person.token())
    }

    /// A person's client of the server that they use.
    pub fn of(person: &Person) -> Self {
        Self { client: person.client.clone() }
    }

    /// A client with a new key named `n8n`, with these scopes, in this person's workspace.
    pub fn key(app: &TestApp, person: &Person, scopes: &[Scope]) -> Self {
        Self::with(app, &key_text(person, scopes))
    }

    /// A client with a key of all scopes, in a new workspace.
    pub fn program(app: &TestApp) -> Self {
        Self::key(app, &Person::owner(app, "olga"), &Scope::ALL)
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None)
    }

    /// Find many.
    pub fn find(&self, plural: &str, parameters: &[(&str, &str)]) -> Answer {
        let query = Serializer::new(String::new()).extend_pairs(parameters).finish();
        client::json(self.request(Method::GET, &format!("{plural}?{query}")))
    }

    /// Find many; returns the records, and panics unless it succeeds.
    pub fn found(&self, plural: &str, parameters: &[(&str, &str)]) -> Vec<Value> {
        let (status, answer) = self.find(plural, parameters);
        assert_eq!(status, 200, "{plural} {parameters:?}: {answer}");
        answer["data"][plural].as_array().expect("a list").clone()
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, Some(body))
    }

    /// Create one, with an `Idempotency-Key`.
    pub fn post_once(&self, path: &str, key: &str, body: &Value) -> Answer {
        let request = self.request(Method::POST, path).header("Idempotency-Key", key);
        client::json(request.body(body.to_string()))
    }

    /// Create one; returns the record, and panics unless it succeeds.
    pub fn create(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.post(path, body);
        assert_eq!(status, 201, "{path} {body}: {answer}");
        only(&answer["data"])
    }

    pub fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PATCH, path, Some(body))
    }

    /// Update one; returns the record, and panics unless it succeeds.
    pub fn update(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.patch(path, body);
        assert_eq!(status, 200, "{path} {body}: {answer}");
        only(&answer["data"])
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None)
    }

    pub fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let request = self.request(method, path).header(CONTENT_TYPE, "application/json");
        client::json(match body {
            Some(body) => request.body(body.to_string()),
            None => request,
        })
    }

    /// Sends a raw body, valid JSON or not.
    pub fn send_text(&self, method: Method, path: &str, text: impl Into<Vec<u8>>) -> Answer {
        let request = self.request(method, path).header(CONTENT_TYPE, "application/json");
        client::json(request.body(text.into()))
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, &format!("/rest/{path}"))
    }
}

/// The text of a new key.
pub fn key_text(person: &Person, scopes: &[Scope]) -> String {
    let scopes: Vec<&str> = scopes.iter().map(AsRef::as_ref).collect();
    let (status, answer) = person.post("api_keys", &json!({"api_key": {"name": "n8n", "scopes": scopes}}));
    assert_eq!(status, 201, "{answer}");
    answer["api_key"]["key"].as_str().expect("a key").to_owned()
}

/// The value of the only key of an object.
pub fn only(object: &Value) -> Value {
    let fields = object.as_object().expect("an object");
    assert_eq!(fields.len(), 1, "{object}");
    fields.values().next().expect("one value").clone()
}

/// The whole body of a refusal.
pub fn refusal(status: u16, error: &str, message: &str) -> Answer {
    (status, json!({"statusCode": status, "error": error, "messages": [message]}))
}

pub fn bad_request(message: &str) -> Answer {
    refusal(400, "BadRequestException", message)
}

/// The answer to a write to a missing record.
pub fn no_entity(singular: &str, id: &str) -> Answer {
    let message =
        format!("Could not find any entity of type \"{singular}\" matching: {{\n    \"id\": \"{id}\"\n}}");
    refusal(400, "EntityNotFoundError", &message)
}

/// The id of a record.
pub fn id(record: &Value) -> &str {
    record["id"].as_str().expect("an id")
}
