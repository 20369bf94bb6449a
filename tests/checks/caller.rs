//! Somebody whose answers are looked at to the last byte: registers, is invited, connects accounts, all by wire.

use serde_json::{Value, json};

use crate::{
    person::{PASSWORD, Ticket, account, email},
    wire::{Answer, Request, Wire},
};

#[derive(Clone, Debug)]
pub struct Caller {
    pub base_url: String,
    pub id: i64,
    pub email: String,
    pub token: Option<String>,
}

impl Caller {
    pub fn nobody(base_url: &str) -> Self {
        Self { base_url: base_url.to_owned(), id: 0, email: String::new(), token: None }
    }

    /// Registers the owner of a new workspace.
    pub fn owner(wire: &mut Wire, base_url: &str, name: &str) -> Self {
        Self::register(wire, base_url, name, &Value::Null)
    }

    /// Has somebody join this caller's workspace: 2 an admin, 3 a member.
    pub fn colleague(&self, wire: &mut Wire, name: &str, role: u8) -> Self {
        let Ticket { id, token } = self.invite(wire, &email(name));
        let caller = Self::register(wire, &self.base_url, name, &json!({"id": id, "token": token}));
        if role != 3 {
            let path = format!("/workspace_users/{}", caller.id);
            self.must(wire, "PUT", &path, &json!({"workspace_role_id": role}));
        }
        caller
    }

    pub fn invite(&self, wire: &mut Wire, email: &str) -> Ticket {
        let answer = self.must(wire, "POST", "/invites", &json!({"user_emails": [email]}));
        let url = answer["links"][0]["url"].as_str().expect("a link").to_owned();
        let (rest, token) = url.rsplit_once('/').expect("a token");
        let id = rest.rsplit('/').next().and_then(|id| id.parse().ok()).expect("an id");
        Ticket { id, token: token.to_owned() }
    }

    /// Connects an account, for the workspace or callerally, and answers its id.
    pub fn connect(&self, wire: &mut Wire, path: &str, uid: &str) -> i64 {
        self.must(wire, "POST", path, &account(uid))["twitter_account"]["id"].as_i64().expect("an id")
    }

    pub fn request(&self, method: &str, path: &str) -> Request {
        Request::new(method, &format!("/api/v4{path}")).token(self.token.as_deref())
    }

    pub fn send(&self, wire: &mut Wire, method: &str, path: &str, body: &Value) -> Answer {
        wire.ask(&self.request(method, path).json(body))
    }

    /// What has to succeed for the check to mean anything.
    pub fn must(&self, wire: &mut Wire, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.send(wire, method, path, body);
        assert!(matches!(answer.status, 200 | 201), "{method} {path}: {} {}", answer.status, answer.body);
        answer.json()
    }

    fn register(wire: &mut Wire, base_url: &str, name: &str, invite: &Value) -> Self {
        let nobody = Self::nobody(base_url);
        let user = json!({"email": email(name), "password": PASSWORD});
        let answer = nobody.must(wire, "POST", "/registrations", &json!({"user": user, "invite": invite}));
        let token = answer["user"]["auth_token"].as_str().map(str::to_owned);
        Self { id: answer["user"]["id"].as_i64().expect("an id"), email: email(name), token, ..nobody }
    }
}
