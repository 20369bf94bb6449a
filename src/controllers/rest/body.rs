//! Extracts the JSON body of a request, whatever its `Content-Type`. An empty body counts as `{}`, which the n8n node
//! does not send. A body over 64 KB is read only for a known caller, and parsed outside the event loop.

use std::time::Duration;

use actix_web::{FromRequest, HttpMessage as _, HttpRequest, dev::Payload, web::Data};
use futures_util::future::LocalBoxFuture;
use serde_json::{Map, Value};

use crate::{
    app::App,
    body_budget::SMALL_BODY_BYTES,
    error::{Error, Refusal, Result},
    models::caller::Credentials,
    parameters::body,
};

const MAX_OBJECT_BYTES: usize = 1024 * 1024;
const MAX_LIST_BYTES: usize = 10 * 1024 * 1024;
const DEADLINE: Duration = Duration::from_secs(10);
const MAX_LIST_RECORDS: usize = 1_000;
/// Almost three times what 1,000 companies have, the records with the most fields.
const MAX_VALUES: usize = 100_000;
/// What a parsed value takes in memory, apart from its text.
const VALUE_BYTES: usize = 64;

#[derive(Debug)]
pub struct ObjectBody(pub Map<String, Value>);

/// A JSON list of 1 to 1,000 records.
#[derive(Debug)]
pub struct ListBody(pub Vec<Map<String, Value>>);

impl FromRequest for ObjectBody {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        load(request, payload, MAX_OBJECT_BYTES, |body| match body {
            None => Ok(Self(Map::new())),
            Some(Value::Object(fields)) => Ok(Self(fields)),
            Some(_) => Err(Error::Unreadable("Body must be an object".to_owned())),
        })
    }
}

impl FromRequest for ListBody {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        load(request, payload, MAX_LIST_BYTES, |body| {
            let Some(Value::Array(items)) = body else {
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

/// Loads the body and converts it. The memory of a large one stays reserved until the request is answered.
fn load<T: Send + 'static>(
    request: &HttpRequest,
    payload: &mut Payload,
    limit: usize,
    convert: impl FnOnce(Option<Value>) -> Result<T> + Send + 'static,
) -> LocalBoxFuture<'static, Result<T>> {
    let (request, payload) = (request.clone(), payload.take());
    Box::pin(async move {
        let app = request.app_data::<Data<App>>().cloned();
        let app = app.ok_or_else(|| Error::ours("the app is not part of the request"))?;
        let mut reservation = app.bodies.reservation();
        let mut is_known = false;
        let admit = async |length: usize| {
            if length <= SMALL_BODY_BYTES {
                return Ok(());
            }
            if !is_known {
                expect_known(&app, &request).await?;
                is_known = true;
            }
            reservation.grow_to(length)
        };
        let bytes = body::load(request.headers(), payload, limit, DEADLINE, admit).await?;
        if bytes.len() <= SMALL_BODY_BYTES {
            return convert(parse(&bytes)?);
        }
        let parsed = app.bodies.parse(move || {
            let count = expect_few_values(&bytes)?;
            reservation.grow_to(bytes.len() + count * VALUE_BYTES)?;
            Ok((convert(parse(&bytes)?)?, reservation))
        });
        let (body, reservation) = parsed.await?;
        request.extensions_mut().insert(reservation);
        Ok(body)
    })
}

async fn expect_known(app: &App, request: &HttpRequest) -> Result<()> {
    let credentials = Credentials::extract(request).await?;
    app.db.read(move |conn| credentials.load_caller(conn).map(drop)).await
}

/// The number of values in a JSON text: one more than its commas and opening brackets, those in texts apart.
fn expect_few_values(bytes: &[u8]) -> Result<usize> {
    let (mut count, mut is_in_text, mut is_escaped) = (1, false, false);
    for byte in bytes {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = is_in_text,
            b'"' => is_in_text = !is_in_text,
            b',' | b'[' | b'{' if !is_in_text => count += 1,
            _ => {}
        }
    }
    if count > MAX_VALUES {
        return Err(Error::Unreadable(format!(
            "The body has {count} values. Send at most {MAX_VALUES} at a time."
        )));
    }
    Ok(count)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_values_outside_of_texts() {
        for (text, count) in
            [("1", 1), (r#"[{"a":1,"b":[2,3]}]"#, 6), (r#"["a,[{","\",",{}]"#, 5), (r#"["\\",2]"#, 3)]
        {
            assert_eq!(expect_few_values(text.as_bytes()).unwrap(), count, "{text}");
        }
        let many = format!("[{}0]", "0,".repeat(MAX_VALUES));
        assert!(matches!(expect_few_values(many.as_bytes()), Err(Error::Unreadable(_))));
    }
}
