//! Writers that change one record after the other through both doors, and what is known of their changes.

use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use reqwest::Method;
use serde_json::{Value, json};

use super::Recorded;
use crate::{
    support::{
        client,
        people::{Person, account},
    },
    tally::Count,
};

const PAUSE: Duration = Duration::from_millis(10);

/// Verb, object and label of the event of a change.
type Key = (&'static str, &'static str, String);

/// The changes of all writers.
#[derive(Default)]
pub struct Changes {
    /// Those that were answered, and how many requests for each were not: these may have been carried out as well.
    answered: Mutex<HashMap<Key, i64>>,
    pub unanswered: Count,
    /// Answers that a repeat cannot change.
    pub refused: Count,
}

pub struct Writer<'a> {
    person: Person,
    changes: &'a Changes,
}

impl Changes {
    pub fn count(&self) -> usize {
        self.answered().len()
    }

    /// Until so many changes were answered.
    pub fn wait_for(&self, count: usize) {
        while self.count() < count && self.refused.get() == 0 {
            thread::sleep(PAUSE);
        }
    }

    /// The number of answered changes without an event.
    pub fn without_event(&self, recorded: &[Recorded]) -> u64 {
        let known: HashMap<_, _> = recorded.iter().map(|event| (event.key(), event.number)).collect();
        let answered = self.answered();
        let missing =
            answered.keys().filter(|(verb, object, label)| !known.contains_key(&(*verb, *object, label)));
        missing.inspect(|key| eprintln!("no event: {key:?}")).count() as u64
    }

    /// The number of events beyond the answered changes and the requests without an answer.
    pub fn unexplained(&self, recorded: &[Recorded]) -> u64 {
        let answered = self.answered();
        let allowed = |event: &Recorded| -> i64 {
            let about = answered
                .iter()
                .filter(|((_, object, label), _)| *object == event.object && *label == event.label);
            about.map(|((verb, ..), silent)| i64::from(*verb == event.verb) + silent).sum()
        };
        let surplus = recorded.iter().filter(|event| event.number > allowed(event));
        surplus.inspect(|event| eprintln!("no change: {event:?}")).count() as u64
    }

    fn answered(&self) -> MutexGuard<'_, HashMap<Key, i64>> {
        self.answered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recorded {
    fn key(&self) -> (&str, &str, &String) {
        (&self.verb, &self.object, &self.label)
    }
}

impl<'a> Writer<'a> {
    pub fn new(person: Person, changes: &'a Changes) -> Self {
        Self { person, changes }
    }

    pub fn write(&self, done: &AtomicBool) {
        for number in 0.. {
            let name = format!("{}-{number}", self.person.name);
            if done.load(Ordering::Relaxed) {
                return;
            }
            self.change_team(&name);
            self.change_account(&name);
            self.change_company(&name);
        }
    }

    fn change_team(&self, name: &str) {
        let (first, second) = (format!("{name} first"), format!("{name} second"));
        let body = |name: &str| json!({"team": {"name": name}, "user_emails": []});
        let made = self.make("/api/v4/teams", &body(&first), ("created", "team", first.clone()));
        let path = format!("/api/v4/teams/{}", made["team"]["id"]);
        let renamed = json!({"team": {"name": second}});
        self.insist(&Method::PUT, &path, Some(&renamed), ("updated", "team", second.clone()));
        self.insist(&Method::DELETE, &path, None, ("deleted", "team", second));
    }

    /// The account stays.
    fn change_account(&self, name: &str) {
        let path = "/api/v4/workspaces/twitter_accounts";
        let made = self.make(path, &account(name), ("created", "connectedAccount", name.to_owned()));
        let path = format!("{path}/{}", made["twitter_account"]["id"]);
        let nickname = json!({"twitter_account": {"nickname": "Cats", "team_ids": []}});
        self.insist(&Method::PUT, &path, Some(&nickname), ("updated", "connectedAccount", name.to_owned()));
    }

    fn change_company(&self, name: &str) {
        let (first, second) = (format!("{name} Inc"), format!("{name} Ltd"));
        let made =
            self.make("/rest/companies", &json!({"name": first}), ("created", "company", first.clone()));
        let path =
            format!("/rest/companies/{}", made["data"]["createCompany"]["id"].as_str().unwrap_or("none"));
        let renamed = json!({"name": second});
        self.insist(&Method::PATCH, &path, Some(&renamed), ("updated", "company", second.clone()));
        self.insist(&Method::DELETE, &path, None, ("deleted", "company", second));
    }

    /// Creates once, however often the request is repeated.
    fn make(&self, path: &str, body: &Value, key: Key) -> Value {
        self.insist(&Method::POST, path, Some(body), key)
    }

    /// Repeats a request until it is answered, and returns the answer.
    fn insist(&self, method: &Method, path: &str, body: Option<&Value>, key: Key) -> Value {
        let mut silent = 0;
        loop {
            let mut request = self.person.client.request(method.clone(), path);
            if *method == Method::POST {
                request = request.header("Idempotency-Key", format!("{key:?}"));
            }
            if let Some(body) = body {
                request = request.json(body);
            }
            match client::send(request) {
                // It may have been carried out.
                Ok(answer) if answer.status == 503 => silent += 1,
                // A repeat of a deletion that was carried out.
                Ok(answer) if answer.is_success() || silent > 0 && *method == Method::DELETE => {
                    self.changes.answered().insert(key, silent);
                    return answer.json();
                }
                Ok(answer) => {
                    eprintln!("{method} {path}: {answer:?}");
                    self.changes.refused.add();
                    return Value::Null;
                }
                Err(_) => {
                    silent += 1;
                    self.changes.unanswered.add();
                }
            }
            thread::sleep(PAUSE);
        }
    }
}
