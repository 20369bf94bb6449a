//! Whoever sends requests to a Roster under test, with a token or without.

use reqwest::{Method, blocking::Client};
use serde_json::{Value, json};

use crate::support::server::TestApp;

pub const PASSWORD: &str = "Touchdown on 4th and 7";

pub struct Caller {
    client: Client,
    base_url: String,
    token: String,
}

impl Caller {
    pub fn with_token(app: &TestApp, token: &str) -> Self {
        let client = Client::builder().no_proxy().build().expect("an HTTP client");
        Self { client, base_url: app.base_url.clone(), token: token.to_owned() }
    }

    /// Registers somebody, by invite or as the owner of a workspace.
    pub fn register(app: &TestApp, name: &str, invite: &Value) -> (Self, Value) {
        let user = json!({"email": format!("{name}@example.test"), "password": PASSWORD});
        let body = json!({"user": user, "invite": invite});
        let nobody = Self::with_token(app, "");
        let (status, answer) = nobody.send(Method::POST, "registrations", Some(&body));
        assert_eq!(status, 201, "{answer}");
        let token = answer["user"]["auth_token"].as_str().expect("a token").to_owned();
        (Self { token, ..nobody }, answer)
    }

    /// The same person on the server that was started again.
    pub fn at(&self, app: &TestApp) -> Self {
        Self::with_token(app, &self.token)
    }

    /// Invites somebody and answers `{id, token}`.
    pub fn invite(&self, name: &str) -> Value {
        let body = json!({"user_emails": [format!("{name}@example.test")]});
        let (status, answer) = self.send(Method::POST, "invites", Some(&body));
        assert_eq!(status, 201, "{answer}");
        let mut parts = answer["links"][0]["url"].as_str().expect("a link").rsplit('/');
        let token = parts.next().expect("a token");
        let id: i64 = parts.next().and_then(|id| id.parse().ok()).expect("an id");
        json!({"id": id, "token": token})
    }

    pub fn get(&self, path: &str) -> (u16, Value) {
        self.send(Method::GET, path, None)
    }

    pub fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.send(Method::POST, path, Some(body))
    }

    pub fn delete(&self, path: &str, body: &Value) -> u16 {
        self.send(Method::DELETE, path, (!body.is_null()).then_some(body)).0
    }

    fn send(&self, method: Method, path: &str, body: Option<&Value>) -> (u16, Value) {
        let mut request = self.client.request(method, format!("{}/api/v4/{path}", self.base_url));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().expect("an answer");
        (answer.status().as_u16(), answer.json().expect("JSON"))
    }
}

/// A body that connects an account.
pub fn account(uid: &str) -> Value {
    json!({"twitter_account": {
        "twitter_token": "TOKEN",
        "twitter_uid": uid,
        "screen_name": "Lions",
        "logo_url": "LOGO_URL",
        "twitter_nickname": "lions",
    }})
}
