//! An import as n8n does it: one record for each request, repeated after `Retry-After`.

use std::{thread, time::Duration};

use serde_json::json;

use super::burst::retry_after;
use crate::{
    support::{people::Person, process::HasAddress as _},
    wire::{Request, Wire},
};

const CLIENTS: usize = 4;
/// n8n gives up after so many.
const TRIES: usize = 5;

#[derive(Clone, Debug, Default)]
pub struct Imported {
    pub waits: u64,
    pub failures: u64,
}

pub fn run(olga: &Person, records: usize, address: &str) -> Imported {
    let key = key(olga);
    thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let key = &key;
                scope.spawn(move || {
                    let (wire, mut imported) = (&mut Wire::to(&olga.base_url()), Imported::default());
                    for number in (client..records).step_by(CLIENTS) {
                        create(wire, &record(number, key, address), &mut imported);
                    }
                    imported
                })
            })
            .collect();
        clients.into_iter().map(|client| client.join().expect("a client")).fold(
            Imported::default(),
            |all, one| Imported { waits: all.waits + one.waits, failures: all.failures + one.failures },
        )
    })
}

fn create(wire: &mut Wire, request: &Request, imported: &mut Imported) {
    for _ in 0..TRIES {
        let answer = wire.ask(request);
        match (answer.status, retry_after(&answer)) {
            (201, _) => return,
            (429 | 503, Some(seconds)) => {
                imported.waits += 1;
                thread::sleep(Duration::from_secs(seconds));
            }
            _ => break,
        }
    }
    imported.failures += 1;
}

fn record(number: usize, key: &str, address: &str) -> Request {
    let person = json!({"name": {"firstName": format!("Fan {number}")}});
    Request::new("POST", "/rest/people").token(Some(key)).from(address).json(&person)
}

fn key(olga: &Person) -> String {
    let body = json!({"api_key": {"name": "n8n", "scopes": ["read", "write"]}});
    let (status, answer) = olga.post("api_keys", &body);
    assert_eq!(status, 201, "{answer}");
    answer["api_key"]["key"].as_str().expect("a key").to_owned()
}

/// How many people there are.
pub fn count(olga: &Person) -> u64 {
    let request = Request::new("GET", "/rest/people?limit=1").token(olga.client.token());
    Wire::to(&olga.base_url()).ask(&request).json()["totalCount"].as_u64().expect("a count")
}
