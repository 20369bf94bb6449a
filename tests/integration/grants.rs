//! Grants against a stand-in for X: who gets which token, when it is refreshed, and what becomes of each answer.

mod background;
mod events;
mod locks;
mod moving;
mod outcomes;
mod plans;
mod processes;
mod reading;
mod revoking;
mod telling;

use std::{
    thread,
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use reqwest::Method;
use roster::models::api_key::Scope;
use serde_json::{Value, json};

use crate::{
    api::v4::consents::{grant, with_x},
    jobs::lines,
    rest::caller::key_text,
    support::{
        client::{Answer, Client},
        peer::Peer,
        people::Person,
        server::TestApp,
    },
};

/// A workspace with one account that was connected by consent, and a program that may read its token.
struct Falcons {
    peer: Peer,
    olga: Person,
    program: Client,
    /// The account in V4, and its path in `/rest`.
    id: i64,
    path: String,
}

impl Falcons {
    fn connect(app: &mut TestApp) -> Self {
        let peer = with_x(app);
        Self::connect_at(peer, app)
    }

    fn connect_at(peer: Peer, app: &TestApp) -> Self {
        let olga = Person::owner(app, "olga");
        let id = connect(&olga, &peer, "workspace");
        let program = Client::new(&olga).with_token(&key_text(&olga, &[Scope::Read, Scope::Tokens]));
        let list = program.send(Method::GET, "/rest/connectedAccounts", None).expect("an answer").json();
        let uuid = list["data"]["connectedAccounts"][0]["id"].as_str().expect("an account").to_owned();
        Self { peer, olga, program, id, path: format!("/rest/connectedAccounts/{uuid}") }
    }

    fn show(&self) -> Answer {
        self.show_to(&self.program)
    }

    fn show_to(&self, client: &Client) -> Answer {
        client.send(Method::GET, &self.path, None).expect("an answer")
    }

    fn account(&self) -> Value {
        account(&self.show())
    }

    fn token(&self) -> String {
        token(&self.show())
    }

    /// The tokens of a list.
    fn listed(&self) -> Vec<String> {
        let answer = self.program.send(Method::GET, "/rest/connectedAccounts", None).expect("an answer");
        assert_eq!(answer.status, 200, "{}", answer.body);
        let accounts = answer.json()["data"]["connectedAccounts"].as_array().expect("a list").clone();
        accounts.iter().map(|account| account["accessToken"].as_str().expect("a token").to_owned()).collect()
    }
}

fn account(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["data"]["connectedAccount"].clone()
}

fn token(answer: &Answer) -> String {
    account(answer)["accessToken"].as_str().expect("a token").to_owned()
}

/// Consents and connects; returns the id of the account.
fn connect(person: &Person, peer: &Peer, side: &str) -> i64 {
    let path = if side == "workspace" { "workspaces/twitter_accounts" } else { "twitter_accounts" };
    let body = json!({"twitter_account": {"consent_id": grant(person, peer, side)}});
    let (status, answer) = person.post(path, &body);
    assert!(matches!(status, 200 | 201), "{answer}");
    answer["twitter_account"]["id"].as_i64().expect("an id")
}

/// `state reason` of each grant.
fn states(app: &TestApp) -> Vec<String> {
    let sql = "SELECT state || ' ' || coalesce(reason, '') AS line FROM grants ORDER BY granted_at, id";
    lines(&app.database, sql)
}

fn advance(app: &TestApp, minutes: i64) {
    app.clock.advance(TimeDelta::minutes(minutes));
}

/// Waits for what another thread of the service does.
fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_mins(1);
    while !holds() {
        assert!(Instant::now() < until, "{what}");
        thread::sleep(Duration::from_millis(50));
    }
}
