//! A program that lets go a thousand creates at the same moment, as n8n does with its items: they queue, and none is
//! turned away.

use std::{collections::BTreeMap, sync::Barrier, thread, time::Duration};

use reqwest::blocking::Client;
use serde_json::json;

use crate::{
    harness::{
        caller::Caller,
        census::{self, count},
        server::Server,
        verdict::{self, Verdict},
        wire::Wire,
    },
    support::database::{Database, Kind},
};

const BOTH: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];
const CREATES: usize = 1_000;
/// Longer than any of them may queue.
const PATIENCE: Duration = Duration::from_mins(1);

#[test]
fn a_thousand_creates_at_once_are_all_made() {
    verdict::hold("rush", &BOTH, rush);
}

fn rush(verdict: &mut Verdict) {
    let database = Database::new(verdict.kind);
    let server = Server::start(&database);
    let base_url = server.address.get();
    let olga = Caller::owner(&mut Wire::to(&base_url), &base_url, "olga");
    let http = Client::builder().timeout(PATIENCE).build().expect("a client");
    let start = Barrier::new(CREATES);
    let create = |number: usize| {
        let request =
            http.post(format!("{base_url}/rest/people")).bearer_auth(olga.token.as_deref().unwrap_or(""));
        let request = request.json(&json!({"jobTitle": format!("Coach {number}")}));
        start.wait();
        request.send().map_or(0, |answer| answer.status().as_u16())
    };
    let mut answers = BTreeMap::new();
    thread::scope(|scope| {
        let creates: Vec<_> = (0..CREATES)
            .map(|number| {
                scope.spawn({
                    let create = &create;
                    move || create(number)
                })
            })
            .collect();
        for create in creates {
            *answers.entry(create.join().expect("a client")).or_insert(0) += 1;
        }
    });

    assert_eq!(answers, BTreeMap::from([(201, CREATES)]));
    let people = count(&mut census::connect(&database), "SELECT count(*) AS count FROM people");
    verdict.exactly("people", people, CREATES as u64);
}
