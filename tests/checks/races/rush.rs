//! A program sends a thousand creates at the same moment, as n8n does with its items: they queue, and none is refused.

use std::{collections::BTreeMap, sync::Barrier, thread, time::Duration};

use diesel::{RunQueryDsl as _, sql_query};
use serde_json::json;

use crate::{
    census::{self, count},
    support::{
        database::{Database, Kind},
        people::Person,
        postgres::Postgres,
        process::{HasAddress as _, http_client},
    },
    verdict::{self, Verdict},
    wire::{Request, Wire},
};

const BOTH: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];
const CREATES: usize = 1_000;
/// Longer than any request may queue.
const TIMEOUT: Duration = Duration::from_mins(1);

#[test]
fn a_thousand_creates_at_once_are_all_made() {
    verdict::hold("rush", &BOTH, rush);
}

/// Longer than one lock timeout, so that the create has to retry; it is a duration because no event marks the timeout.
const HELD_FOR: Duration = Duration::from_secs(3);

#[test]
fn a_create_waits_for_the_workspace_lock() {
    if Postgres::for_this_test().is_none() {
        return;
    }
    let database = Database::new(Kind::Postgres);
    let server = database.serve();
    let base_url = server.base_url();
    let wire = &mut Wire::to(&base_url);
    let olga = Person::owner(&base_url, "olga");
    let holder = &mut census::connect(&database);
    for statement in ["BEGIN", "SELECT id FROM workspaces FOR NO KEY UPDATE"] {
        sql_query(statement).execute(holder).expect(statement);
    }
    let answer = thread::scope(|scope| {
        let request = Request::new("POST", "/rest/people").token(olga.client.token()).json(&json!({}));
        let creating = scope.spawn(move || wire.ask(&request));
        thread::sleep(HELD_FOR);
        sql_query("COMMIT").execute(holder).expect("an end");
        creating.join().expect("an answer")
    });
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert!(answer.took >= HELD_FOR, "it waited");
}

fn rush(verdict: &mut Verdict) {
    let database = Database::new(verdict.kind);
    let server = database.serve();
    let base_url = server.base_url();
    let olga = Person::owner(&base_url, "olga");
    let http = http_client().timeout(TIMEOUT).build().expect("a client");
    let start = Barrier::new(CREATES);
    let create = |number: usize| {
        let request = http.post(format!("{base_url}/rest/people")).bearer_auth(olga.token());
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
