//! People who use V4: registered, invited into each other's workspaces, and signed in.

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    client::{self, Client},
    process::{Address, HasAddress},
};

pub const PASSWORD: &str = "Touchdown on 4th and 7";
const ADMIN: u8 = 2;

#[derive(Clone, Debug)]
pub struct Person {
    pub name: String,
    pub email: String,
    pub id: i64,
    pub workspace_id: i64,
    pub client: Client,
}

/// Id and token of an invite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    pub id: i64,
    pub token: String,
}

impl Person {
    /// A person without a session: requests are sent without a token.
    pub fn nobody(server: &(impl HasAddress + ?Sized)) -> Self {
        let client = Client::new(server);
        Self { name: String::new(), email: String::new(), id: 0, workspace_id: 0, client }
    }

    /// Registers the owner of a new workspace.
    pub fn owner(server: &(impl HasAddress + ?Sized), name: &str) -> Self {
        Self::nobody(server).register(name, &json!({}), &Value::Null)
    }

    /// Registers the owner of a new workspace of this name.
    pub fn owner_of(server: &(impl HasAddress + ?Sized), name: &str, workspace: &str) -> Self {
        Self::nobody(server).register(name, &json!({"workspace_name": workspace}), &Value::Null)
    }

    /// Registers with an invite.
    pub fn invited(server: &(impl HasAddress + ?Sized), name: &str, ticket: &Ticket) -> Self {
        Self::nobody(server).register(name, &json!({}), &json!({"id": ticket.id, "token": ticket.token}))
    }

    pub fn colleague(&self, name: &str) -> Self {
        Self::invited(self, name, &self.invite(name))
    }

    pub fn admin(&self, name: &str) -> Self {
        let admin = self.colleague(name);
        let role = json!({"workspace_role_id": ADMIN});
        self.must(Method::PUT, &format!("workspace_users/{}", admin.id), Some(&role));
        admin
    }

    /// The same person as a client of another server, or of the same one after a restart.
    pub fn at(&self, server: &(impl HasAddress + ?Sized)) -> Self {
        let client = Client::new(server);
        Self { client: client.with_token(self.token()), ..self.clone() }
    }

    /// The same person in another session.
    pub fn again(&self) -> Self {
        let (_, answer) = sign_in(&self.client, &self.email, PASSWORD);
        let token = answer["user"]["auth_token"].as_str().expect("a token");
        Self { client: self.client.with_token(token), ..self.clone() }
    }

    /// The session token; `""` if there is none.
    pub fn token(&self) -> &str {
        self.client.token().unwrap_or_default()
    }

    pub fn invite(&self, name: &str) -> Ticket {
        let answer = self.must(Method::POST, "invites", Some(&json!({"user_emails": [email(name)]})));
        Ticket::in_link(&answer["links"][0]).expect("a link")
    }

    /// Connects an account, personal or the workspace's depending on the path; returns its id.
    pub fn connect(&self, path: &str, uid: &str) -> i64 {
        let answer = self.must(Method::POST, path, Some(&account(uid)));
        answer["twitter_account"]["id"].as_i64().expect("an id")
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

    pub fn send(&self, method: Method, path: &str, body: Option<&Value>) -> (u16, Value) {
        let request = self.client.request(method, &format!("/api/v4/{path}"));
        client::json(match body {
            Some(body) => request.json(body),
            None => request,
        })
    }

    /// Sends a request and panics unless it succeeds.
    pub fn must(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let what = format!("{method} {path}");
        let (status, answer) = self.send(method, path, body);
        assert!(matches!(status, 200 | 201), "{what}: {status} {answer}");
        answer
    }

    fn register(self, name: &str, more: &Value, invite: &Value) -> Self {
        let mut user = json!({"email": email(name), "password": PASSWORD, "first_name": name});
        user.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
        let answer = self.must(Method::POST, "registrations", Some(&json!({"user": user, "invite": invite})));
        let user = &answer["user"];
        Self {
            name: name.to_owned(),
            email: email(name),
            id: user["id"].as_i64().expect("an id"),
            workspace_id: user["workspace"]["id"].as_i64().expect("an id"),
            client: self.client.with_token(user["auth_token"].as_str().expect("a token")),
        }
    }
}

impl HasAddress for Person {
    fn address(&self) -> Address {
        self.client.address()
    }
}

impl Ticket {
    pub fn in_link(link: &Value) -> Option<Self> {
        let (rest, token) = link["url"].as_str()?.rsplit_once('/')?;
        let id = rest.rsplit('/').next()?.parse().ok()?;
        Some(Self { id, token: token.to_owned() })
    }

    pub fn path(&self) -> String {
        format!("invites/{}?token={}", self.id, self.token)
    }
}

pub fn sign_in(server: &(impl HasAddress + ?Sized), email: &str, password: &str) -> (u16, Value) {
    Person::nobody(server).post("sessions", &json!({"user": {"email": email, "password": password}}))
}

/// The body of a request that connects the account with this external id.
pub fn account(uid: &str) -> Value {
    json!({"twitter_account": {
        "twitter_token": "canary-token", "twitter_uid": uid, "screen_name": uid, "twitter_nickname": uid,
        "logo_url": "LOGO_URL", "account_verified": false,
    }})
}

pub fn email(name: &str) -> String {
    format!("{name}@example.test")
}
