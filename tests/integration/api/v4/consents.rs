//! Consents against a stand-in for X: who may begin and finish one, each ending, and what is stored.

mod connecting;
mod endings;
mod finishing;
mod overheard;
mod reading;
mod reconnecting;
mod rekeying;
mod starting;
pub mod storing;

use serde_json::{Value, json};

use crate::support::{
    peer::{Callback, Peer},
    people::Person,
    server::TestApp,
};

const WORKSPACE: &str = "workspaces/twitter_accounts";
const PERSONAL: &str = "twitter_accounts";

/// A stand-in for X, which the service uses from now on.
pub fn with_x(app: &mut TestApp) -> Peer {
    let peer = Peer::start();
    app.restart_with(|settings| peer.configure(settings));
    peer
}

/// The body that connects the account of a consent.
pub fn body(consent: &str) -> Value {
    json!({"twitter_account": {"consent_id": consent}})
}

pub fn start(side: &str) -> Value {
    json!({"consent": {"network": "twitter", "side": side}})
}

/// Begins a consent and visits X's page; returns its id and what the browser brings back.
pub fn visit(person: &Person, peer: &Peer, side: &str) -> (String, Callback) {
    let (status, answer) = person.post("consents", &start(side));
    assert_eq!(status, 201, "{answer}");
    let consent = &answer["consent"];
    (consent["id"].as_str().expect("an id").to_owned(), peer.visit(&consent["authorize_url"]))
}

/// Begins and finishes a consent; returns its id.
pub fn grant(person: &Person, peer: &Peer, side: &str) -> String {
    let (id, callback) = visit(person, peer, side);
    let (status, answer) = person.put(&format!("consents/{id}"), &callback.body());
    assert_eq!((status, &answer["consent"]["status"]), (200, &json!("granted")), "{answer}");
    id
}

pub fn code(answer: &Value) -> &Value {
    &answer["errors"][0]["code"]
}
