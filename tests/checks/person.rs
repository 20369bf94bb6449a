//! Somebody at the other end of a socket of their own, kept alive between requests. Whatever happens is tallied.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use reqwest::{
    Method,
    blocking::{Client, Response},
    header::{HeaderMap, RETRY_AFTER},
};
use serde_json::{Value, json};

use crate::{support::process::Address, tally::Tally};

/// Late is told from never: a client waits longer than it should have to.
const LONGEST_WAIT: Duration = Duration::from_mins(1);
pub const PASSWORD: &str = "Touchdown on 4th and 7";

pub struct Person {
    pub name: String,
    pub id: i64,
    http: Client,
    address: Address,
    tally: Arc<Tally>,
    token: Option<String>,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

/// What an invite's link carries.
#[derive(Clone, Debug)]
pub struct Ticket {
    pub id: i64,
    pub token: String,
}

impl Person {
    pub fn nobody(name: &str, address: &Address, tally: &Arc<Tally>) -> Self {
        let http = Client::builder().timeout(LONGEST_WAIT).build().expect("a client");
        let (address, tally) = (address.clone(), Arc::clone(tally));
        Self { name: name.to_owned(), id: 0, http, address, tally, token: None }
    }

    /// Registers the owner of a new workspace.
    pub fn owner(name: &str, address: &Address, tally: &Arc<Tally>) -> Self {
        Self::nobody(name, address, tally).registered(&Value::Null)
    }

    /// Has somebody join this one's workspace.
    pub fn colleague(&self, name: &str) -> Self {
        let Ticket { id, token } = self.invite(name).expect("an invite");
        Self::nobody(name, &self.address, &self.tally).registered(&json!({"id": id, "token": token}))
    }

    pub fn admin(&self, name: &str) -> Self {
        let admin = self.colleague(name);
        let role = json!({"workspace_role_id": 2});
        let answer = self.put(&format!("workspace_users/{}", admin.id), &role).expect("an answer");
        assert_eq!(answer.status, 200, "{answer:?}");
        admin
    }

    /// The same person on another connection, maybe to another server.
    pub fn at(&self, address: &Address) -> Self {
        let again = Self::nobody(&self.name, address, &self.tally);
        Self { id: self.id, token: self.token.clone(), ..again }
    }

    /// The invite that asks somebody into this one's workspace, unless it is refused.
    pub fn invite(&self, name: &str) -> Option<Ticket> {
        let answer = self.post("invites", &json!({"user_emails": [email(name)]}))?;
        let (rest, token) = answer.body["links"][0]["url"].as_str()?.rsplit_once('/')?;
        let id = rest.rsplit('/').next()?.parse().ok()?;
        Some(Ticket { id, token: token.to_owned() })
    }

    pub fn get(&self, path: &str) -> Option<Answer> {
        self.send(Method::GET, path, None, HeaderMap::new())
    }

    pub fn post(&self, path: &str, body: &Value) -> Option<Answer> {
        self.send(Method::POST, path, Some(body), HeaderMap::new())
    }

    pub fn put(&self, path: &str, body: &Value) -> Option<Answer> {
        self.send(Method::PUT, path, Some(body), HeaderMap::new())
    }

    pub fn delete(&self, path: &str) -> Option<Answer> {
        self.send(Method::DELETE, path, None, HeaderMap::new())
    }

    /// `None` is no answer: the tally knows why.
    pub fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        headers: HeaderMap,
    ) -> Option<Answer> {
        let mut request = self.http.request(method, format!("{}/api/v4/{path}", self.address.get()));
        request = request.headers(headers);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let since = Instant::now();
        let Ok((status, retry_after, body)) = request.send().and_then(read) else {
            self.tally.note_silence(since.elapsed());
            return None;
        };
        self.tally.note(status, retry_after, &body, since.elapsed());
        Some(Answer { status, body })
    }

    fn registered(self, invite: &Value) -> Self {
        let user = json!({"email": email(&self.name), "password": PASSWORD});
        let answer = self.post("registrations", &json!({"user": user, "invite": invite}));
        let Answer { status, body } = answer.expect("an answer");
        assert_eq!(status, 201, "{body}");
        let token = body["user"]["auth_token"].as_str().map(str::to_owned);
        Self { id: body["user"]["id"].as_i64().expect("an id"), token, ..self }
    }
}

/// The status, whether it says when to come again, and the body, which is text where it is not JSON.
fn read(answer: Response) -> reqwest::Result<(u16, bool, Value)> {
    let (status, retry_after) = (answer.status().as_u16(), answer.headers().contains_key(RETRY_AFTER));
    let text = answer.text()?;
    Ok((status, retry_after, serde_json::from_str(&text).unwrap_or(Value::String(text))))
}

impl Answer {
    pub fn is_success(&self) -> bool {
        matches!(self.status, 200 | 201)
    }
}

/// A body that connects the account with this external id.
pub fn account(uid: &str) -> Value {
    json!({"twitter_account": {
        "twitter_token": "TOKEN", "twitter_uid": uid, "screen_name": uid, "twitter_nickname": uid,
        "logo_url": "LOGO_URL", "account_verified": false,
    }})
}

pub fn email(name: &str) -> String {
    format!("{name}@example.test")
}
