//! Sends requests over a real socket: those that prepare an example, and the one of the example itself.

use reqwest::{
    Method,
    blocking::{RequestBuilder, multipart},
    header::{HeaderMap, HeaderName, HeaderValue},
};
use serde_json::{Map, Value};

use crate::{
    example::Request,
    names::{Names, plain},
    support::client::{self, Answer, Client},
};

pub struct Requests(Client);

impl Requests {
    pub fn to(base_url: &str) -> Self {
        Self(Client::new(base_url))
    }

    pub fn post(&self, path: &str, token: Option<&str>, body: &Value) -> Result<Value, String> {
        self.arrange(Method::POST, &format!("/api/v4/{path}"), token, Some(body))
    }

    pub fn put(&self, path: &str, token: Option<&str>, body: &Value) -> Result<Value, String> {
        self.arrange(Method::PUT, &format!("/api/v4/{path}"), token, Some(body))
    }

    pub fn delete(&self, path: &str, token: Option<&str>) -> Result<Value, String> {
        self.arrange(Method::DELETE, &format!("/api/v4/{path}"), token, None)
    }

    pub fn create_record(&self, plural: &str, token: &str, body: &Value) -> Result<Value, String> {
        self.arrange(Method::POST, &format!("/rest/{plural}"), Some(token), Some(body))
    }

    pub fn find_records(&self, plural: &str, token: &str, filter: &str) -> Result<Value, String> {
        self.arrange(Method::GET, &format!("/rest/{plural}?filter={filter}"), Some(token), None)
    }

    /// Sends a request that must succeed before the example can start.
    fn arrange(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> Result<Value, String> {
        let what = format!("{method} {path}");
        let mut request = self.0.request(method, path);
        if let Some(token) = token {
            request = request.header(token_header(path), format!("Bearer {token}"));
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let reply = send(request)?;
        match reply.status {
            200..300 => {
                serde_json::from_str(&reply.body).map_err(|error| format!("{what}: {error}: {}", reply.body))
            }
            status => Err(format!("arranging the example, {what} answered {status}: {}", reply.body)),
        }
    }

    /// Sends the request of an example to `to`, such as `POST /api/v4/teams`, as `sender` or without a token.
    pub fn perform(
        &self,
        to: &str,
        sender: &str,
        request: &Request,
        names: &Names,
    ) -> Result<Answer, String> {
        let (method, path) = to.split_once(' ').ok_or_else(|| format!("{to:?} is not like GET /path"))?;
        let method: Method = method.parse().map_err(|_| format!("{method:?} is no method"))?;
        let header = token_header(path);
        let mut path = names.fill_text(path)?;
        if let Some(id) = &request.id {
            path = path.replace(":id", &plain(&names.fill(id)?));
        }
        if let Some(query) = &request.query {
            path = format!("{path}?{}", names.fill_text(query)?);
        }
        let mut sent = self.0.request(method, &path);
        if sender != "nobody" {
            sent = sent.header(header, format!("Bearer {}", names.text(&format!("{sender}.token"))?));
        }
        send(with_body(sent.headers(headers(&request.headers, names)?), request, names)?)
    }
}

/// V4 and the other routes take the token in different headers.
fn token_header(path: &str) -> &'static str {
    if path.starts_with("/api/") { "Authentication" } else { "Authorization" }
}

fn headers(wanted: &Map<String, Value>, names: &Names) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for (name, value) in wanted {
        let name: HeaderName = name.parse().map_err(|_| format!("{name:?} is no header"))?;
        let value = HeaderValue::from_str(&plain(&names.fill(value)?)).map_err(|error| error.to_string())?;
        headers.append(name, value);
    }
    Ok(headers)
}

fn with_body(sent: RequestBuilder, request: &Request, names: &Names) -> Result<RequestBuilder, String> {
    let mut sent = sent;
    if let Some(json) = &request.json {
        sent = sent.json(&names.fill(json)?);
    }
    if let Some(form) = &request.form {
        sent = match names.fill(form)? {
            Value::Object(pairs) => sent.form(&pairs),
            raw => sent.header("Content-Type", "application/x-www-form-urlencoded").body(plain(&raw)),
        };
    }
    if let Some(fields) = &request.multipart {
        let mut form = multipart::Form::new();
        for (name, value) in fields {
            form = form.text(name.clone(), plain(&names.fill(value)?));
        }
        sent = sent.multipart(form);
    }
    if let Some(raw) = &request.raw {
        sent = sent.body(names.fill_text(raw)?);
    }
    if let Some(bytes) = &request.bytes {
        sent = sent.body(from_hex(bytes)?);
    }
    if let Some(content_type) = &request.content_type {
        sent = sent.header("Content-Type", content_type);
    }
    Ok(sent)
}

fn from_hex(digits: &str) -> Result<Vec<u8>, String> {
    let byte = |pair: &str| u8::from_str_radix(pair, 16).map_err(|_| format!("{pair:?} is no byte"));
    digits.split_whitespace().map(byte).collect()
}

fn send(request: RequestBuilder) -> Result<Answer, String> {
    client::send(request).map_err(|error| format!("{error:?}"))
}
