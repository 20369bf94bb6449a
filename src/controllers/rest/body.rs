//! Extracts the JSON body of a request, whatever its `Content-Type`. An empty body counts as `{}`, which the n8n node
//! does not send. A body over 64 KB is read only for a known caller, and parsed outside the event loop.

mod large;
mod scan;

use std::{future::ready, time::Duration};

use actix_web::{FromRequest, HttpMessage as _, HttpRequest, dev::Payload, web::Data};
use futures_util::future::LocalBoxFuture;
use serde_json::{Map, Value};

use self::{
    large::{Incoming, parse_large},
    scan::expect_few_records,
};
use crate::{
    app::App,
    controllers::idempotency_key::IdempotencyKey,
    error::{Error, Refusal, Result},
    idempotency::{KeyedRequest, Sorted},
    parameters::body,
};

const DEADLINE: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub struct ObjectBody(pub Map<String, Value>);

/// A JSON list of 1 to 1,000 records.
#[derive(Debug)]
pub struct ListBody(pub Vec<Map<String, Value>>);

/// A body, and the request that its `Idempotency-Key` identifies, if one was sent.
#[derive(Debug)]
pub struct Keyed<B> {
    pub request: Option<KeyedRequest>,
    pub body: B,
}

/// What a body is converted to.
pub trait FromJson: Sized + Send + 'static {
    const MAX_BYTES: usize;
    const IS_LIST: bool;

    /// `None` is an empty body.
    fn from_json(value: Option<Value>) -> Result<Self>;

    fn identify(&self, key: IdempotencyKey) -> Result<Option<KeyedRequest>>;
}

impl FromJson for ObjectBody {
    const MAX_BYTES: usize = 1024 * 1024;
    const IS_LIST: bool = false;

    fn from_json(value: Option<Value>) -> Result<Self> {
        match value {
            None => Ok(Self(Map::new())),
            Some(Value::Object(fields)) => Ok(Self(fields)),
            Some(_) => Err(Error::Unreadable("Body must be an object".to_owned())),
        }
    }

    fn identify(&self, key: IdempotencyKey) -> Result<Option<KeyedRequest>> {
        key.request(&Sorted(&self.0))
    }
}

impl FromJson for ListBody {
    const MAX_BYTES: usize = 10 * 1024 * 1024;
    const IS_LIST: bool = true;

    fn from_json(value: Option<Value>) -> Result<Self> {
        let Some(Value::Array(items)) = value else {
            return Err(Error::Unreadable("Body must be an array".to_owned()));
        };
        if items.is_empty() {
            return Err(Error::Unreadable("Input must not be empty".to_owned()));
        }
        expect_few_records(items.len())?;
        items.into_iter().enumerate().map(expect_object).collect::<Result<_>>().map(Self)
    }

    fn identify(&self, key: IdempotencyKey) -> Result<Option<KeyedRequest>> {
        key.request(&Sorted(&self.0))
    }
}

fn expect_object((at, item): (usize, Value)) -> Result<Map<String, Value>> {
    match item {
        Value::Object(fields) => Ok(fields),
        _ => Err(Error::Unreadable(format!("Input [{at}] must be an object"))),
    }
}

impl FromRequest for ObjectBody {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        load::<Self, _>(request, payload, Self::from_json)
    }
}

impl<B: FromJson> FromRequest for Keyed<B> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let key = match IdempotencyKey::extract(request).into_inner() {
            Ok(key) => key,
            Err(error) => return Box::pin(ready(Err(error))),
        };
        load::<B, _>(request, payload, move |value| {
            let body = B::from_json(value)?;
            Ok(Self { request: body.identify(key)?, body })
        })
    }
}

/// Loads the body and converts it. The memory of a large one stays reserved until the request is answered.
fn load<B: FromJson, T: Send + 'static>(
    request: &HttpRequest,
    payload: &mut Payload,
    convert: impl FnOnce(Option<Value>) -> Result<T> + Send + 'static,
) -> LocalBoxFuture<'static, Result<T>> {
    let (request, payload) = (request.clone(), payload.take());
    Box::pin(async move {
        let is_form = is_form(request.content_type());
        let app = request.app_data::<Data<App>>().cloned();
        let app = app.ok_or_else(|| Error::ours("the app is not part of the request"))?;
        let mut incoming = Incoming::new(&app, &request, B::IS_LIST, B::MAX_BYTES);
        let take = async |chunk| incoming.take(chunk).await;
        body::receive(request.headers(), payload, B::MAX_BYTES, DEADLINE, take).await?;
        match incoming.finish()? {
            (bytes, None) => convert(parse(&bytes, is_form)?),
            (bytes, Some(reservation)) => {
                let parse = move || convert(parse(&bytes, is_form)?);
                let (body, reservation) = parse_large(&app.bodies, reservation, parse).await?;
                request.extensions_mut().insert(reservation);
                Ok(body)
            }
        }
    })
}

/// `None` for an empty body. JSON is parsed even if the request calls it a form.
fn parse(bytes: &[u8], is_form: bool) -> Result<Option<Value>> {
    const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
    if bytes.trim_ascii().is_empty() {
        return Ok(None);
    }
    serde_json::from_slice(bytes).map(Some).map_err(|error| {
        let reason = match error {
            _ if bytes.starts_with(BYTE_ORDER_MARK) => {
                "it begins with a byte order mark; send it without".to_owned()
            }
            _ if is_form => "it is a form. Send JSON, and application/json in Content-Type".to_owned(),
            error => error.to_string(),
        };
        Error::Refused(Refusal::InvalidJson, format!("The body is no JSON: {reason}"))
    })
}

fn is_form(content_type: &str) -> bool {
    let content_type = content_type.to_ascii_lowercase();
    matches!(content_type.as_str(), "application/x-www-form-urlencoded" | "multipart/form-data")
}
