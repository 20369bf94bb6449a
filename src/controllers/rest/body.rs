//! The body of a write: JSON, whatever its type says; none at all is an object without fields, for the node drops `{}`.

use std::time::Duration;

use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Bytes};
use futures_util::future::LocalBoxFuture;
use serde_json::{Map, Value};

use crate::{
    error::{Error, Refusal, Result},
    parameters::body,
};

const LARGEST: usize = 1024 * 1024;
const LARGEST_BATCH: usize = 10 * 1024 * 1024;
const DEADLINE: Duration = Duration::from_secs(10);
const LONGEST_BATCH: usize = 1_000;

/// One record, or what is asked of duplicates.
#[derive(Debug)]
pub struct One(pub Map<String, Value>);

/// A list of records.
#[derive(Debug)]
pub struct Many(pub Vec<Map<String, Value>>);

impl FromRequest for One {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = read(request, payload, LARGEST);
        Box::pin(async move {
            match parse(&bytes.await?)? {
                None => Ok(Self(Map::new())),
                Some(Value::Object(fields)) => Ok(Self(fields)),
                Some(_) => Err(Error::Unreadable("Body must be an object".to_owned())),
            }
        })
    }
}

impl FromRequest for Many {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = read(request, payload, LARGEST_BATCH);
        Box::pin(async move {
            let Some(Value::Array(items)) = parse(&bytes.await?)? else {
                return Err(Error::Unreadable("Body must be an array".to_owned()));
            };
            match items.len() {
                0 => Err(Error::Unreadable("Input must not be empty".to_owned())),
                1..=LONGEST_BATCH => {
                    items.into_iter().enumerate().map(record).collect::<Result<_>>().map(Self)
                }
                more => Err(Error::Unreadable(format!(
                    "Input has {more} records. Send at most {LONGEST_BATCH} at a time."
                ))),
            }
        })
    }
}

fn record((at, item): (usize, Value)) -> Result<Map<String, Value>> {
    match item {
        Value::Object(fields) => Ok(fields),
        _ => Err(Error::Unreadable(format!("Input [{at}] must be an object"))),
    }
}

fn read(
    request: &HttpRequest,
    payload: &mut Payload,
    limit: usize,
) -> impl Future<Output = Result<Bytes>> + use<> {
    let headers = request.headers().clone();
    let payload = payload.take();
    async move { body::load(&headers, payload, limit, DEADLINE).await }
}

fn parse(bytes: &[u8]) -> Result<Option<Value>> {
    if bytes.trim_ascii().is_empty() {
        return Ok(None);
    }
    serde_json::from_slice(bytes)
        .map(Some)
        .map_err(|error| Error::Refused(Refusal::InvalidJson, format!("The body is no JSON: {error}")))
}
