//! Webhooks: what receivers get, when it is sent again, and when it stops.

mod accounts;
mod bodies;
mod commands;
mod failing;
mod limits;
mod processes;
mod signatures;
mod switching;

use std::{
    thread,
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    client::json as read,
    people::Person,
    receiver::{Manner, Receiver},
    server::TestApp,
};

/// A Roster that may deliver to a receiver, with an owner.
fn with_receiver(app: &mut TestApp, manner: Manner) -> (Receiver, Person) {
    let receiver = Receiver::open(manner);
    app.restart_with(|settings| receiver.set_up(settings));
    (receiver, Person::owner(app, "olga"))
}

/// Sends a request to `/rest` and returns the record of its answer.
fn rest(person: &Person, method: Method, path: &str, body: &Value) -> Value {
    let what = format!("{method} {path}");
    let (status, answer) = read(person.client.request(method, &format!("/rest/{path}")).json(body));
    assert!(matches!(status, 200 | 201), "{what}: {status} {answer}");
    let data = answer["data"].as_object().expect("data");
    data.values().next().expect("a record").clone()
}

/// Creates a webhook, and returns its id.
fn subscribe(person: &Person, receiver: &Receiver, operations: &[&str]) -> String {
    subscribe_with(person, &json!({"targetUrl": receiver.url(), "operations": operations}))
}

fn subscribe_with(person: &Person, webhook: &Value) -> String {
    rest(person, Method::POST, "webhooks", webhook)["id"].as_str().expect("an id").to_owned()
}

/// Creates a company, and returns its id.
fn company(person: &Person, name: &str) -> String {
    let body = json!({"name": name});
    rest(person, Method::POST, "companies", &body)["id"].as_str().expect("an id").to_owned()
}

fn rename(person: &Person, company: &str, name: &str) {
    rest(person, Method::PATCH, &format!("companies/{company}"), &json!({"name": name}));
}

fn state(person: &Person, webhook: &str) -> Value {
    let (status, answer) = person.get("webhooks");
    assert_eq!(status, 200, "{answer}");
    let webhooks = answer["webhooks"].as_array().expect("a list");
    webhooks.iter().find(|listed| listed["id"] == webhook).expect("the webhook").clone()
}

/// The deliveries of a webhook, newest first.
fn deliveries(person: &Person, webhook: &str) -> Vec<Value> {
    let (status, answer) = person.get(&format!("webhooks/{webhook}/deliveries"));
    assert_eq!(status, 200, "{answer}");
    answer["deliveries"].as_array().expect("a list").clone()
}

/// Waits until the deliveries of a webhook meet a condition.
fn eventually(person: &Person, webhook: &str, holds: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    let since = Instant::now();
    loop {
        let deliveries = deliveries(person, webhook);
        if holds(&deliveries) {
            return deliveries;
        }
        assert!(since.elapsed() < Duration::from_secs(30), "{deliveries:?}");
        thread::sleep(Duration::from_millis(20));
    }
}

fn all_are(deliveries: &[Value], state: &str) -> bool {
    deliveries.iter().all(|delivery| delivery["state"] == state)
}

/// The newest delivery has failed so often, and waits for its next attempt.
fn waits_after(attempts: i32) -> impl Fn(&[Value]) -> bool {
    move |deliveries| {
        let Some(newest) = deliveries.first() else { return false };
        newest["attempts"] == attempts && newest["next_attempt_at"].is_string()
    }
}
