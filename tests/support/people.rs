//! Somebody at the other end of a socket.

use std::sync::OnceLock;

use reqwest::{Method, blocking::Client};
use serde_json::{Value, json};

use super::server::TestApp;

#[derive(Clone, Debug)]
pub struct Person {
    base_url: String,
    token: Option<String>,
    pub id: i64,
}

/// What an invite's link carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    pub id: i64,
    pub token: String,
}

impl Person {
    pub fn nobody(app: &TestApp) -> Self {
        Self { base_url: app.base_url.clone(), token: None, id: 0 }
    }

    /// Registers the owner of a new workspace.
    pub fn owner(app: &TestApp, name: &str) -> Self {
        Self::register(app, name, &Value::Null)
    }

    /// Registers with an invite.
    pub fn invited(app: &TestApp, name: &str, ticket: &Ticket) -> Self {
        Self::register(app, name, &json!({"id": ticket.id, "token": ticket.token}))
    }

    fn register(app: &TestApp, name: &str, invite: &Value) -> Self {
        let user = json!({"email": email(name), "password": "Touchdown on 4th and 7", "first_name": name});
        let nobody = Self::nobody(app);
        let (status, answer) = nobody.post("registrations", &json!({"user": user, "invite": invite}));
        assert_eq!(status, 201, "{answer}");
        let token = answer["user"]["auth_token"].as_str().map(str::to_owned);
        Self { token, id: answer["user"]["id"].as_i64().expect("an id"), ..nobody }
    }

    /// Has somebody join this owner's workspace.
    pub fn colleague(&self, app: &TestApp, name: &str) -> Self {
        Self::invited(app, name, &self.invite(name))
    }

    /// Of the session; nobody has none.
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    pub fn invite(&self, name: &str) -> Ticket {
        let (status, answer) = self.post("invites", &json!({"user_emails": [email(name)]}));
        assert_eq!(status, 201, "{answer}");
        Ticket::in_link(&answer["links"][0])
    }

    pub fn get(&self, path: &str) -> (u16, Value) {
        self.send(Method::GET, path, None)
    }

    pub fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.send(Method::POST, path, Some(body))
    }

    pub fn put(&self, path: &str, body: &Value) -> (u16, Value) {
        self.send(Method::PUT, path, Some(body))
    }

    pub fn delete(&self, path: &str) -> (u16, Value) {
        self.send(Method::DELETE, path, None)
    }

    fn send(&self, method: Method, path: &str, body: Option<&Value>) -> (u16, Value) {
        static CLIENT: OnceLock<Client> = OnceLock::new();
        let mut request =
            CLIENT.get_or_init(Client::new).request(method, format!("{}/api/v4/{path}", self.base_url));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().expect("an answer");
        (answer.status().as_u16(), answer.json().expect("JSON"))
    }
}

impl Ticket {
    pub fn in_link(link: &Value) -> Self {
        let url = link["url"].as_str().expect("a link");
        let (rest, token) = url.rsplit_once('/').expect("a token");
        let id = rest.rsplit('/').next().and_then(|id| id.parse().ok()).expect("an id");
        Self { id, token: token.to_owned() }
    }

    pub fn path(&self) -> String {
        format!("invites/{}?token={}", self.id, self.token)
    }
}

pub fn email(name: &str) -> String {
    format!("{name}@example.test")
}
