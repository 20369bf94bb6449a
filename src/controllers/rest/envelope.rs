//! What records are answered in: `{"data": {"createPerson": {…}}}`.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, Responder, body::BoxBody, http::StatusCode};
use serde::Serialize;

use crate::{
    app::records::Created,
    controllers::{answer::JSON, idempotency_key},
    error::Result,
    models::idempotency::Kept,
    records::record,
};

/// An answer whose bytes were made where its records were read.
#[derive(Debug)]
pub enum Envelope {
    First(StatusCode, Vec<u8>),
    Again(Kept),
}

#[derive(Serialize)]
struct Data<'a, T> {
    data: BTreeMap<&'a str, T>,
}

impl Envelope {
    pub fn ok(bytes: Vec<u8>) -> Self {
        Self::First(StatusCode::OK, bytes)
    }

    pub fn created(created: Created) -> Self {
        match created {
            Created::Now(bytes) => Self::First(StatusCode::CREATED, bytes),
            Created::Again(kept) => Self::Again(kept),
        }
    }
}

/// One thing under one key.
pub fn data(key: &str, content: impl Serialize) -> Result<Vec<u8>> {
    record::to_json(&Data { data: [(key, content)].into() })
}

impl Responder for Envelope {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        match self {
            Self::First(status, bytes) => HttpResponse::build(status).content_type(JSON).body(bytes),
            Self::Again(kept) => idempotency_key::again(kept),
        }
    }
}
