//! What follows from the type that an action returns: the bodies of its successes.

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

/// A status that is no failure, or one whose body is unlike that of other failures.
#[derive(Clone)]
pub struct Success {
    pub status: StatusCode,
    pub description: &'static str,
    /// The schema of the body.
    pub body: Option<Value>,
    /// The schemas that it refers to.
    pub schemas: Schemas,
}

/// What an action returns.
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

/// A success, or a 404 with a body of its own.
impl<T: Output, N: Output> Output for Either<T, N> {
    fn successes() -> Vec<Success> {
        let not_found = N::successes().into_iter();
        let not_found = not_found.map(|body| Success { status: StatusCode::NOT_FOUND, ..body });
        T::successes().into_iter().chain(not_found).collect()
    }
}

/// The description of the service itself, which a client may have already.
impl Output for HttpResponse {
    fn successes() -> Vec<Success> {
        let document = Success {
            status: StatusCode::OK,
            description: "OpenAPI 3.1",
            body: Some(json!({ "type": "object" })),
            schemas: Schemas::new(),
        };
        let known = Success {
            status: StatusCode::NOT_MODIFIED,
            description: "You have it already",
            body: None,
            ..document.clone()
        };
        vec![document, known]
    }
}

impl Success {
    fn new<T: ToSchema>() -> Self {
        let mut components: Vec<(String, RefOr<Schema>)> = vec![(T::name().into(), T::schema())];
        T::schemas(&mut components);
        let mut schemas: Schemas =
            components.into_iter().map(|(name, schema)| (name, json!(schema))).collect();
        let name = T::name();
        // A list has no name of its own.
        let body = match schemas.get(&*name) {
            Some(list) if list["type"] == "array" => schemas.remove(&*name),
            _ => Some(json!({ "$ref": format!("#/components/schemas/{name}") })),
        };
        Self { status: StatusCode::OK, description: "", body, schemas }
    }

    /// As the description has it.
    pub fn response(&self) -> Value {
        let description = match (self.description, self.status) {
            ("", StatusCode::CREATED) => "Made",
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
