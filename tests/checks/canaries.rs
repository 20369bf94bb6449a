//! E1: secrets are sent through every route, with success and without, and then looked for in everything that the
//! service writes or answers: raw, as base64, as hex and percent-encoded.

mod patterns;
mod places;
mod requests;
mod shown;

use std::fs::File;

use self::{patterns::Patterns, places::places, requests::Sender};
use crate::{
    support::{
        database::{Database, Kind},
        people::PASSWORD,
        process::Server,
    },
    verdict::{self, Verdict},
};

const BOTH: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];
const CANARIES: u64 = 200;

#[test]
#[ignore = "takes 60 s"]
fn e1_canaries() {
    verdict::announce("E1", &BOTH, |verdict| check(verdict, usize::MAX));
}

#[test]
fn e1_in_small() {
    verdict::hold("E1", &BOTH, |verdict| check(verdict, 300));
}

/// Sends at most so many requests with unusual credentials.
fn check(verdict: &mut Verdict, most: usize) {
    let database = Database::new(verdict.kind);
    let log = tempfile::NamedTempFile::new().expect("a file");
    let mut serving = database.serving();
    serving.env("ROSTER_LOG", "trace").stderr(File::create(log.path()).expect("a log"));
    let server = Server::start(serving);
    let mut sender = Sender::new(&server);
    sender.send_to_every_route(most);
    let mut patterns = Patterns::of_canaries();
    patterns.add("the password of everybody", PASSWORD);
    for secret in &sender.issued {
        patterns.add("an issued token or key", secret);
    }
    let mut hits = 0;
    let places = places(&database, log.path());
    // What is no secret is found, so the search looks in the right places.
    let handle = places.iter().filter(|(_, content)| content.contains(requests::HANDLE)).count();
    let path = places.iter().filter(|(_, content)| content.contains("/api/v4/registrations")).count();
    for (place, content) in &places {
        for pattern in patterns.found_in(content) {
            hits += 1;
            eprintln!("{place} holds {pattern}");
        }
    }
    verdict.at_least("canaries", sender.canaries, CANARIES);
    verdict.at_least("requests", sender.requests, sender.routes);
    verdict.at_least("routes", sender.routes, 300);
    verdict.at_least("successes", sender.successes, 50);
    verdict.none("routes_without_canary", sender.untouched());
    verdict.none("hits_in_answers", sender.hits);
    verdict.none("hits_in_places", hits);
    verdict.at_least("places", places.len() as u64, 4);
    verdict.at_least("places_with_a_handle", handle as u64, 1);
    verdict.at_least("logs_with_a_path", path as u64, 1);
    verdict.none("5xx", sender.failed);
    verdict.at_least("issued", sender.issued.len() as u64, 10);
}
