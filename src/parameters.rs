//! The parameters of a request: JSON, a form or multipart, parsed into one tree by Rack's rules.
//! `parameters!` defines the parameters of an action; [`Body`] and [`Query`] extract them, or refuse with all problems.

pub mod body;
mod definition;
mod form;
mod inspect;
mod json;
pub mod kind;
mod multipart;
mod object;
mod query;
mod rack;
mod redact;
mod request;
mod rule;

use std::{borrow::Cow, fmt, time::Duration};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, http::header::HeaderMap, web::Bytes};
use futures_util::future::LocalBoxFuture;
use serde_json::{Map, Value};

use crate::{
    clock::Moment,
    error::{Error, Result},
    networks::Network,
};

pub(crate) use self::definition::parameters;
pub use self::{
    definition::{Fields, Property, paragraph, plain_name},
    kind::{
        Choices, DateOrMoment, Distinct, FilterId, IdsOrNull, Kind, OneOf, PageNumber, Parameter, Secret,
        Text, TextOrEmpty,
    },
    object::{Field, Object},
    query::Query,
    request::{Body, BodyOrQuery},
    rule::Rule,
};

/// The decoded body or query of a request, not validated yet.
pub struct Parameters(Value);

impl Parameters {
    /// The maximum size of a body, in bytes.
    pub const LIMIT: usize = 64 * 1024;

    /// The timeout for receiving a whole body.
    pub const DEADLINE: Duration = Duration::from_secs(10);

    /// The parameters that `T` defines, or all problems with them, in the order of the definition. As in Rails, an `id`
    /// from the path is a parameter too, and overrides one that was sent. A root that is not an object has no
    /// parameters, and is refused even if none is required.
    pub fn parse<T: Fields>(&self, id: Option<i64>, now: Moment) -> Result<T> {
        self.parse_on(None, id, now)
    }

    /// Like [`Parameters::parse`], with a network's own names of the parameters.
    pub fn parse_on<T: Fields>(
        &self,
        network: Option<&'static Network>,
        id: Option<i64>,
        now: Moment,
    ) -> Result<T> {
        let mut root = self.0.as_object().map_or_else(|| Cow::Owned(Map::new()), Cow::Borrowed);
        if let Some(id) = id {
            root.to_mut().insert("id".to_owned(), id.into());
        }
        let parsed = object::parse(&root, now, network, <T as Fields>::parse)?;
        if self.0.is_object() {
            return Ok(parsed);
        }
        Err(Error::invalid("", "invalid", "The request body must be a JSON object, such as {}"))
    }

    /// Whether any parameter of `T` was sent. null and `""` do not count; a root that is not an object does.
    fn names_any<T: Fields>(&self) -> bool {
        let Some(root) = self.0.as_object() else { return true };
        let mut sent = T::properties().into_iter().filter_map(|property| root.get(property.name));
        sent.any(|value| !value.is_null() && value != "")
    }

    /// Equal for two requests with the same parameters, even in different encodings.
    pub fn value(&self) -> &Value {
        &self.0
    }
}

impl From<Value> for Parameters {
    fn from(root: Value) -> Self {
        Self(root)
    }
}

/// Shows no values, because they may be secrets.
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
            let body = body::load(request.headers(), payload, Self::LIMIT, Self::DEADLINE).await?;
            decode(request.content_type(), request.headers(), body).await.map(Self::from)
        })
    }
}

async fn decode(content_type: &str, headers: &HeaderMap, body: Bytes) -> Result<Value> {
    if body.is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    match content_type.to_ascii_lowercase().as_str() {
        kind if is_json(kind) => json::parse(&body),
        "application/x-www-form-urlencoded" => rack::fold(form::pairs(&body)?),
        "multipart/form-data" => rack::fold(multipart::pairs(headers, body).await?),
        _ => Err(Error::UnsupportedType(
            "Send the body as application/json, application/x-www-form-urlencoded or multipart/form-data, \
             and say which in Content-Type"
                .into(),
        )),
    }
}

/// The media types that Rails parses as JSON, and those with the suffix of RFC 6839.
fn is_json(media_type: &str) -> bool {
    matches!(media_type, "application/json" | "application/jsonrequest" | "text/x-json")
        || media_type.ends_with("+json")
}

#[cfg(test)]
mod tests;
