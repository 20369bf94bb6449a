//! The parameters of a request, whatever their dress: JSON, a form or multipart, folded into one tree
//! by Rack's rules and read by name. Controllers take [`Parameters`] for bodies and [`Query`] for query strings.

pub mod body;
mod redact;
mod form;
pub mod inspect;
mod json;
mod multipart;
mod query;
mod rack;
pub mod reader;
mod rule;

use std::{fmt, time::Duration};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, http::header::HeaderMap, web::Bytes};
use futures_util::future::LocalBoxFuture;
use serde_json::{Map, Value};

use crate::error::{Error, Result};

pub use self::{query::Query, reader::Hash};

/// What the body said. Nothing in it is trusted before [`Parameters::read`] has named it.
/// Only an object names anything; in every other root all that is required is missing.
pub struct Parameters(Value);

impl Parameters {
    /// The largest body, in bytes.
    pub const LIMIT: usize = 64 * 1024;

    /// How long a whole body may take to arrive.
    pub const DEADLINE: Duration = Duration::from_secs(10);

    /// Reads what `action` names, or answers everything that is wrong, in the order it was named.
    /// After a problem the readers go on with stand-ins, which never leave this function.
    pub fn read<T>(&self, action: impl FnOnce(&Hash<'_>) -> T) -> Result<T> {
        if self.0.is_object() {
            return reader::read(&self.0, action);
        }
        reader::read(&Value::Object(Map::new()), action)?;
        Err(Error::invalid("", "invalid", "The request body must be a JSON object, such as {}"))
    }
}

impl Parameters {
    /// What tells two bodies apart, whatever their dress.
    pub fn value(&self) -> Value {
        self.0.clone()
    }
}

impl From<Value> for Parameters {
    fn from(root: Value) -> Self {
        Self(root)
    }
}

/// The values may be secrets: they are never shown.
impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Parameters").finish_non_exhaustive()
    }
}

impl FromRequest for Parameters {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let body = body::read(request.headers(), payload, Self::LIMIT, Self::DEADLINE).await?;
            decode(request.content_type(), request.headers(), body).await.map(Self::from)
        })
    }
}

async fn decode(content_type: &str, headers: &HeaderMap, body: Bytes) -> Result<Value> {
    if body.is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    match content_type.to_ascii_lowercase().as_str() {
        "application/json" => json::parse(&body),
        "application/x-www-form-urlencoded" => rack::fold(form::pairs(&body)?),
        "multipart/form-data" => rack::fold(multipart::pairs(headers, body).await?),
        _ => Err(Error::UnsupportedType(
            "Send the body as application/json, application/x-www-form-urlencoded or multipart/form-data, \
             and say which in Content-Type"
                .into(),
        )),
    }
}

#[cfg(test)]
mod tests;
