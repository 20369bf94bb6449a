//! Extracts the JSON body of a request, whatever its `Content-Type`. An empty body counts as `{}`, which the n8n node
//! does not send.

use std::time::Duration;

use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Bytes};
use futures_util::future::LocalBoxFuture;
use serde_json::{Map, Value};

use crate::{
    error::{Error, Refusal, Result},
    parameters::body,
};

const MAX_OBJECT_BYTES: usize = 1024 * 1024;
const MAX_LIST_BYTES: usize = 10 * 1024 * 1024;
const DEADLINE: Duration = Duration::from_secs(10);
const MAX_LIST_RECORDS: usize = 1_000;

#[derive(Debug)]
pub struct ObjectBody(pub Map<String, Value>);

/// A JSON list of 1 to 1,000 records.
#[derive(Debug)]
pub struct ListBody(pub Vec<Map<String, Value>>);

impl FromRequest for ObjectBody {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = load(request, payload, MAX_OBJECT_BYTES);
        Box::pin(async move {
            match parse(&bytes.await?)? {
                None => Ok(Self(Map::new())),
                Some(Value::Object(fields)) => Ok(Self(fields)),
                Some(_) => Err(Error::Unreadable("Body must be an object".to_owned())),
            }
        })
    }
}

impl FromRequest for ListBody {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = load(request, payload, MAX_LIST_BYTES);
        Box::pin(async move {
            let Some(Value::Array(items)) = parse(&bytes.await?)? else {
                return Err(Error::Unreadable("Body must be an array".to_owned()));
            };
            match items.len() {
                0 => Err(Error::Unreadable("Input must not be empty".to_owned())),
                1..=MAX_LIST_RECORDS => {
                    items.into_iter().enumerate().map(expect_object).collect::<Result<_>>().map(Self)
                }
                more => Err(Error::Unreadable(format!(
                    "Input has {more} records. Send at most {MAX_LIST_RECORDS} at a time."
                ))),
            }
        })
    }
}

fn expect_object((at, item): (usize, Value)) -> Result<Map<String, Value>> {
    match item {
        Value::Object(fields) => Ok(fields),
        _ => Err(Error::Unreadable(format!("Input [{at}] must be an object"))),
    }
}

fn load(
    request: &HttpRequest,
    payload: &mut Payload,
    limit: usize,
) -> impl Future<Output = Result<Bytes>> + use<> {
    let headers = request.headers().clone();
    let payload = payload.take();
    async move { body::load(&headers, payload, limit, DEADLINE).await }
}

/// `None` for an empty body.
fn parse(bytes: &[u8]) -> Result<Option<Value>> {
    if bytes.trim_ascii().is_empty() {
        return Ok(None);
    }
    serde_json::from_slice(bytes)
        .map(Some)
        .map_err(|error| Error::Refused(Refusal::InvalidJson, format!("The body is no JSON: {error}")))
}
