//! A JSON response with its status.

use actix_web::{HttpRequest, HttpResponse, Responder, body::BoxBody, http::StatusCode};
use serde::Serialize;

use crate::{
    error::{Error, Result},
    idempotency::StoredResponse,
};

/// The `Content-Type` of every JSON response.
pub const JSON: &str = "application/json; charset=utf-8";

#[derive(Debug)]
pub struct Answer<T>(StatusCode, T);

/// 200
pub fn ok<T: Serialize>(body: T) -> Answer<T> {
    Answer(StatusCode::OK, body)
}

/// 201
pub fn created<T: Serialize>(body: T) -> Answer<T> {
    Answer(StatusCode::CREATED, body)
}

/// 404 with its own body, in place of the usual error body.
pub fn not_found<T: Serialize>(body: T) -> Answer<T> {
    Answer(StatusCode::NOT_FOUND, body)
}

impl<T> Answer<T> {
    pub fn map(self, change: impl FnOnce(T) -> T) -> Self {
        Self(self.0, change(self.1))
    }
}

impl<T: Serialize> Answer<T> {
    /// The serialized response, as it is stored for repeats with the same idempotency key.
    pub fn to_store(&self) -> Result<StoredResponse> {
        let body = serde_json::to_vec(&self.1).map_err(Error::ours)?;
        Ok(StoredResponse { status: self.0.as_u16(), body })
    }
}

impl<T: Serialize> Responder for Answer<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        json(self.0, &self.1)
    }
}

/// Builds a JSON response; 500 with an empty body if serialization fails.
pub fn json(status: StatusCode, body: &impl Serialize) -> HttpResponse {
    match serde_json::to_vec(body) {
        Ok(body) => HttpResponse::build(status).content_type(JSON).body(body),
        Err(error) => {
            log::error!("an answer could not be written: {error}");
            HttpResponse::InternalServerError().finish()
        }
    }
}
