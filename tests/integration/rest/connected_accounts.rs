//! `connectedAccounts` are V4's accounts: each API sees what the other writes, under the same rules.

mod at_once;
mod changing;
mod conflicts;
mod counting;
mod from_v4;
mod handing_over;
mod leaving;
mod refreshing;
mod to_v4;

use roster::models::api_key::Scope;
use serde_json::{Value, json};

use crate::{
    rest::caller::{Answer, Caller, id, refusal},
    support::{
        people::{Person, email},
        server::TestApp,
    },
};

/// A workspace with an owner, a member and a program with an API key.
struct Team {
    olga: Person,
    mia: Person,
    program: Caller,
}

impl Team {
    fn create(app: &TestApp) -> Self {
        let olga = Person::owner(app, "olga");
        let mia = olga.colleague("mia");
        let program = Caller::key(app, &olga, &Scope::ALL);
        Self { olga, mia, program }
    }

    /// The `workspaceMember` with this name.
    fn member(&self, name: &str) -> String {
        let filter = format!("userEmail[eq]:\"{}\"", email(name));
        id(&self.program.found("workspaceMembers", &[("filter", &filter)])[0]).to_owned()
    }

    fn connect(&self, body: &Value) -> Value {
        self.program.create("connectedAccounts", body)
    }

    fn account(&self, id: &Value) -> Value {
        let (status, answer) = self.program.get(&path(id));
        assert_eq!(status, 200, "{answer}");
        answer["data"]["connectedAccount"].clone()
    }

    fn accounts(&self) -> Vec<Value> {
        self.program.found("connectedAccounts", &[])
    }
}

fn path(id: &Value) -> String {
    format!("connectedAccounts/{}", id.as_str().expect("an id"))
}

/// The V4 body that connects an account.
fn twitter(uid: &str, nickname: &str) -> Value {
    json!({"twitter_account": {
        "twitter_token": "V4-TOKEN",
        "twitter_uid": uid,
        "screen_name": "Northside Lions",
        "logo_url": "https://lions.example/logo.png",
        "twitter_nickname": nickname,
    }})
}

fn connected((status, answer): (u16, Value)) -> Value {
    assert!(status == 201 || status == 200, "{status} {answer}");
    answer["twitter_account"].clone()
}

fn unprocessable(message: &str) -> Answer {
    refusal(422, "UnprocessableEntityException", message)
}

fn held_by(emails: &str) -> Answer {
    unprocessable(&format!(
        "This social account is already connected to {emails} Gipper account(s). If you'd like to use this as a \
         workspace account, please ask them to remove in their Profile first"
    ))
}

fn held_by_the_workspace() -> Answer {
    unprocessable(
        "To connect this social media account to your Personal, you must first remove it from your Workspace accounts",
    )
}
