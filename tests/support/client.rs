//! The HTTP client of the tests: sends requests to one server, with one token or without.

use std::{sync::OnceLock, time::Duration};

use reqwest::{
    Method,
    blocking::{self, RequestBuilder},
    header::HeaderMap,
    redirect,
};
use serde_json::Value;

use super::process::{self, Address, HasAddress};

/// Longer than the service lets any request wait, so that a late answer is not mistaken for a missing one.
const TIMEOUT: Duration = Duration::from_mins(1);

#[derive(Clone, Debug)]
pub struct Client {
    address: Address,
    token: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Client {
    pub fn new(server: &(impl HasAddress + ?Sized)) -> Self {
        Self { address: server.address(), token: None }
    }

    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// `path` begins with a slash and may contain a query.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        static HTTP: OnceLock<blocking::Client> = OnceLock::new();
        let configured = || {
            process::http_client()
                .user_agent("roster-spec")
                .no_proxy()
                .timeout(TIMEOUT)
                .redirect(redirect::Policy::none())
        };
        let http = HTTP.get_or_init(|| configured().build().expect("an HTTP client"));
        let request = http.request(method, self.address.url(path));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub fn send(&self, method: Method, path: &str, body: Option<&Value>) -> reqwest::Result<Answer> {
        let request = self.request(method, path);
        send(match body {
            Some(body) => request.json(body),
            None => request,
        })
    }
}

impl HasAddress for Client {
    fn address(&self) -> Address {
        self.address.clone()
    }
}

/// Sends the request; an incomplete answer is an error.
pub fn send(request: RequestBuilder) -> reqwest::Result<Answer> {
    let response = request.send()?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Ok(Answer { status, headers, body: response.text()? })
}

/// Status and JSON of the answer; panics if there is none.
pub fn json(request: RequestBuilder) -> (u16, Value) {
    let answer = send(request).expect("an answer");
    (answer.status, serde_json::from_str(&answer.body).expect("JSON"))
}

impl Answer {
    pub fn is_success(&self) -> bool {
        matches!(self.status, 200 | 201)
    }

    /// The body as JSON, or as a JSON string if it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| Value::String(self.body.clone()))
    }
}
