//! The envelope of responses: `{"data": {"createPerson": {…}}}`.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, Responder, body::BoxBody, http::StatusCode};
use serde::Serialize;

use crate::{
    answer_budget::AnswerBytes,
    controllers::{answer::JSON, idempotency_key},
    error::Result,
    large_buffer::pieces::Pieces,
    records::{record, requests::Created},
};

/// A response whose bytes were rendered inside the transaction.
#[derive(Debug)]
pub enum Envelope {
    New(StatusCode, AnswerBytes),
    Replayed { status: u16, body: AnswerBytes },
}

#[derive(Serialize)]
struct Data<'a, T> {
    data: BTreeMap<&'a str, T>,
}

impl Envelope {
    pub fn ok(bytes: AnswerBytes) -> Self {
        Self::New(StatusCode::OK, bytes)
    }

    pub fn created(created: Created) -> Self {
        match created {
            Created::New(bytes) => Self::New(StatusCode::CREATED, bytes),
            Created::Replayed { status, body } => Self::Replayed { status, body },
        }
    }
}

/// Renders `{"data": {key: content}}`.
pub fn data(key: &str, content: impl Serialize) -> Result<Pieces> {
    record::to_json(&Data { data: [(key, content)].into() })
}

impl Responder for Envelope {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        match self {
            Self::New(status, bytes) => HttpResponse::build(status).content_type(JSON).body(bytes),
            Self::Replayed { status, body } => idempotency_key::replay(status, body),
        }
    }
}
