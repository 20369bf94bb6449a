//! What records are answered in: `{"data": {"createPerson": {…}}}`.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, Responder, body::BoxBody, http::StatusCode};
use serde::Serialize;

use crate::{controllers::answer::JSON, error::Result, records::record};

/// An answer whose bytes were made where its records were read.
#[derive(Debug)]
pub struct Envelope {
    status: StatusCode,
    bytes: Vec<u8>,
}

#[derive(Serialize)]
struct Data<'a, T> {
    data: BTreeMap<&'a str, T>,
}

impl Envelope {
    pub fn ok(bytes: Vec<u8>) -> Self {
        Self { status: StatusCode::OK, bytes }
    }

    pub fn created(bytes: Vec<u8>) -> Self {
        Self { status: StatusCode::CREATED, bytes }
    }
}

/// One thing under one key.
pub fn data(key: &str, content: impl Serialize) -> Result<Vec<u8>> {
    record::to_json(&Data { data: [(key, content)].into() })
}

impl Responder for Envelope {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::build(self.status).content_type(JSON).body(self.bytes)
    }
}
