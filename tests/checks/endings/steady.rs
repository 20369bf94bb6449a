//! Clients whose access never ends: about a hundred requests a second with sessions and keys, to all processes.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{Scope, sleep},
    time::Duration,
};

use reqwest::Method;
use serde_json::json;

use crate::{
    support::{
        client::Client,
        people::{PASSWORD, Person, sign_in},
        process::Server,
    },
    tally::Count,
};

const REQUESTS_PER_SECOND: u32 = 100;

pub struct Steady {
    person: Person,
    session: Mutex<String>,
    key: String,
    pub accepted: Count,
    pub refused: Count,
    is_over: AtomicBool,
}

impl Steady {
    pub fn new(server: &Server) -> Self {
        let person = Person::owner(server, "steady");
        let body = json!({"api_key": {"name": "steady", "scopes": ["read"]}});
        let key = person.must(Method::POST, "api_keys", Some(&body));
        Self {
            session: Mutex::new(person.token().to_owned()),
            key: key["api_key"]["key"].as_str().expect("a key").to_owned(),
            person,
            accepted: Count::default(),
            refused: Count::default(),
            is_over: AtomicBool::new(false),
        }
    }

    pub fn start<'scope>(&'scope self, scope: &'scope Scope<'scope, '_>, servers: &[Server]) {
        let clients = u32::try_from(2 * servers.len()).expect("a few clients");
        let pause = Duration::from_secs(1) * clients / REQUESTS_PER_SECOND;
        for server in servers {
            let (with_session, with_key) = (Client::new(server), Client::new(server).with_token(&self.key));
            scope.spawn(move || {
                self.go_on(pause, || with_session.with_token(&self.session()), "/api/v4/users");
            });
            scope.spawn(move || self.go_on(pause, || with_key.clone(), "/rest/people"));
        }
    }

    pub fn stop(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }

    /// Returns when no request with the former session is on its way any more.
    pub fn sign_in_again(&self, server: &Server) {
        let again = signed_in_again(&self.person.at(server));
        again.token().clone_into(&mut self.session.lock().unwrap_or_else(PoisonError::into_inner));
        let before = self.accepted.get() + self.refused.get();
        while self.accepted.get() + self.refused.get() < before + 20 {
            sleep(Duration::from_millis(5));
        }
    }

    fn session(&self) -> String {
        self.session.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn go_on(&self, pause: Duration, client: impl Fn() -> Client, path: &str) {
        while !self.is_over.load(Ordering::Relaxed) {
            match client().send(Method::GET, path, None) {
                Ok(answer) if answer.status == 200 => self.accepted.add(),
                outcome => {
                    eprintln!("{path}: {outcome:?}");
                    self.refused.add();
                }
            }
            sleep(pause);
        }
    }
}

pub fn signed_in_again(person: &Person) -> Person {
    let (status, answer) = sign_in(person, &person.email, PASSWORD);
    assert_eq!(status, 200, "{answer}");
    let token = answer["user"]["auth_token"].as_str().expect("a token");
    Person { client: person.client.with_token(token), ..person.clone() }
}
