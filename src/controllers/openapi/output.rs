//! What the description derives from an action's return type: its successful responses.

use actix_web::{Either, HttpResponse, http::StatusCode};
use serde_json::{Value, json};
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

use crate::{
    controllers::{answer::Answer, idempotency_key::Created},
    error::Error,
    parameters::kind::Schemas,
};

/// A successful response, or a failure with its own body.
#[derive(Clone)]
pub struct Success {
    pub status: StatusCode,
    /// Empty: a default that depends on the status.
    pub description: &'static str,
    /// The schema of the body.
    pub body: Option<Value>,
    /// The schemas that the body refers to, by name.
    pub schemas: Schemas,
}

/// The return type of an action.
pub trait Output {
    fn successes() -> Vec<Success>;
}

impl<T: ToSchema> Output for Answer<T> {
    fn successes() -> Vec<Success> {
        vec![Success::new::<T>()]
    }
}

impl<T: ToSchema> Output for Created<T> {
    fn successes() -> Vec<Success> {
        vec![Success::new::<T>()]
    }
}

impl<T: Output> Output for Result<T, Error> {
    fn successes() -> Vec<Success> {
        T::successes()
    }
}

/// A success, or a 404 with its own body.
impl<T: Output, N: Output> Output for Either<T, N> {
    fn successes() -> Vec<Success> {
        let not_found = N::successes().into_iter();
        let not_found = not_found.map(|body| Success { status: StatusCode::NOT_FOUND, ..body });
        T::successes().into_iter().chain(not_found).collect()
    }
}

/// `GET /openapi.json`, the only described action that returns a bare response.
impl Output for HttpResponse {
    fn successes() -> Vec<Success> {
        let document = Success {
            status: StatusCode::OK,
            description: "OpenAPI 3.1",
            body: Some(json!({ "type": "object" })),
            schemas: Schemas::new(),
        };
        let not_modified = Success {
            status: StatusCode::NOT_MODIFIED,
            description: "Your copy is up to date",
            body: None,
            ..document.clone()
        };
        vec![document, not_modified]
    }
}

impl Success {
    fn new<T: ToSchema>() -> Self {
        let mut components: Vec<(String, RefOr<Schema>)> = vec![(T::name().into(), T::schema())];
        T::schemas(&mut components);
        let mut schemas: Schemas =
            components.into_iter().map(|(name, schema)| (name, json!(schema))).collect();
        let name = T::name();
        // The schema of a list is put inline; only objects get a name.
        let body = match schemas.get(&*name) {
            Some(schema) if schema["type"] == "array" => schemas.remove(&*name),
            _ => Some(json!({ "$ref": format!("#/components/schemas/{name}") })),
        };
        Self { status: StatusCode::OK, description: "", body, schemas }
    }

    /// The response object of the description.
    pub fn response(&self) -> Value {
        let description = match (self.description, self.status) {
            ("", StatusCode::CREATED) => "The record was created",
            ("", _) => "Done",
            (description, _) => description,
        };
        let mut response = json!({ "description": description });
        if let Some(body) = &self.body {
            response["content"] = json!({ "application/json": { "schema": body } });
        }
        response
    }
}
