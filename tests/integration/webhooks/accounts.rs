//! Accounts: receivers hear of them what a key with the scope `read` finds, however they are connected.

use reqwest::Method;
use roster::models::api_key::Scope;
use serde_json::{Value, json};

use super::{rest, subscribe, with_receiver};
use crate::{
    on_both_databases,
    rest::caller::Caller,
    support::{
        people::Person,
        receiver::{Manner, Receiver},
        server::TestApp,
    },
};

/// Connects an account and returns the body that its webhook gets, which must show what the key finds.
fn hear_of(app: &TestApp, olga: &Person, receiver: &Receiver, path: &str, uid: &str, at: usize) -> Value {
    olga.connect(path, uid);
    let body = receiver.received(at + 1).remove(at).json();
    let key = Caller::key(app, olga, &[Scope::Read]);
    let id = body["record"]["id"].as_str().expect("an id");
    let (status, found) = key.get(&format!("connectedAccounts/{id}?depth=0"));
    assert_eq!((status, &found["data"]["connectedAccount"]), (200, &body["record"]));
    body
}

on_both_databases! {
    fn are_told_as_a_key_finds_them(app: &mut TestApp) {
        let (receiver, olga) = with_receiver(app, Manner::Answer(200));
        subscribe(&olga, &receiver, &["connectedAccount.created"]);
        let paths = ["workspaces/twitter_accounts", "twitter_accounts", "workspaces/twitter_accounts", "twitter_accounts"];
        let mut ids = Vec::new();
        for (at, path) in paths.into_iter().enumerate() {
            let body = hear_of(app, &olga, &receiver, path, &format!("team-{at}"), at);
            assert_eq!(body["record"]["accountOwnerId"].is_null(), path.starts_with("workspaces"), "{body}");
            ids.push(body["record"]["id"].clone());
        }
        let people = ["mia", "max"].map(|name| olga.admin(name));
        for (number, person) in people.iter().enumerate() {
            hear_of(app, person, &receiver, "twitter_accounts", &format!("own-{number}"), paths.len() + number);
        }
    }

    fn are_told_when_they_break_or_leave(app: &mut TestApp) {
        let (receiver, olga) = with_receiver(app, Manner::Answer(200));
        subscribe(&olga, &receiver, &["connectedAccount.updated", "connectedAccount.deleted"]);
        let id = olga.connect("workspaces/twitter_accounts", "falcons");
        let (_, listed) = crate::support::client::json(olga.client.request(Method::GET, "/rest/connectedAccounts"));
        let record = listed["data"]["connectedAccounts"][0].clone();
        let one = format!("connectedAccounts/{}", record["id"].as_str().expect("an id"));
        rest(&olga, Method::PATCH, &one, &json!({"authFailedAt": "2026-01-01T00:00:00.000Z"}));
        let broken = receiver.received(1).remove(0).json();
        assert_eq!(broken["updatedFields"], json!(["authFailedAt"]));
        assert_eq!(broken["record"]["authFailedAt"], "2026-01-01T00:00:00.000Z");
        assert_eq!(olga.delete(&format!("workspaces/twitter_accounts/{id}")).0, 200);
        let left = receiver.received(2).remove(1).json();
        assert_eq!(left["eventName"], "connectedAccount.deleted");
        assert_eq!(left["record"], broken["record"]);
        assert!(left.get("updatedFields").is_none());
    }
}
