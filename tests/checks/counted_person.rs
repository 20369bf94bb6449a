//! A person whose answers, and missing answers, are counted: how a service under stress behaves for its clients.

use std::{sync::Arc, time::Instant};

use reqwest::{
    Method,
    blocking::RequestBuilder,
    header::{HeaderMap, RETRY_AFTER},
};
use serde_json::{Value, json};

use crate::{
    support::{
        client::{self, Answer},
        people::{Person, Ticket, email},
        process::HasAddress,
    },
    tally::Tally,
};

pub struct CountedPerson {
    pub name: String,
    pub id: i64,
    person: Person,
    tally: Arc<Tally>,
}

impl CountedPerson {
    fn new(person: Person, tally: &Arc<Tally>) -> Self {
        Self { name: person.name.clone(), id: person.id, person, tally: Arc::clone(tally) }
    }

    pub fn nobody(server: &impl HasAddress, tally: &Arc<Tally>) -> Self {
        Self::new(Person::nobody(server), tally)
    }

    /// Registers the owner of a new workspace.
    pub fn owner(name: &str, server: &impl HasAddress, tally: &Arc<Tally>) -> Self {
        Self::new(Person::owner(server, name), tally)
    }

    pub fn colleague(&self, name: &str) -> Self {
        Self::new(self.person.colleague(name), &self.tally)
    }

    pub fn admin(&self, name: &str) -> Self {
        Self::new(self.person.admin(name), &self.tally)
    }

    /// The same person as a client of another server.
    pub fn at(&self, server: &impl HasAddress) -> Self {
        Self::new(self.person.at(server), &self.tally)
    }

    /// An invite into this person's workspace; `None` if it is refused.
    pub fn invite(&self, name: &str) -> Option<Ticket> {
        let answer = self.post("invites", &json!({"user_emails": [email(name)]}))?;
        Ticket::in_link(&answer.json()["links"][0])
    }

    pub fn get(&self, path: &str) -> Option<Answer> {
        self.send(self.request(Method::GET, path))
    }

    pub fn post(&self, path: &str, body: &Value) -> Option<Answer> {
        self.send(self.request(Method::POST, path).json(body))
    }

    pub fn put(&self, path: &str, body: &Value) -> Option<Answer> {
        self.send(self.request(Method::PUT, path).json(body))
    }

    pub fn delete(&self, path: &str) -> Option<Answer> {
        self.send(self.request(Method::DELETE, path))
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.person.client.request(method, &format!("/api/v4/{path}"))
    }

    /// `None` if no answer arrived.
    pub fn send(&self, request: RequestBuilder) -> Option<Answer> {
        let since = Instant::now();
        let Ok(answer) = client::send(request) else {
            self.tally.note_silence(since.elapsed());
            return None;
        };
        let says_when = has_retry_after(&answer.headers);
        self.tally.note(answer.status, says_when, &answer.body, since.elapsed());
        Some(answer)
    }
}

fn has_retry_after(headers: &HeaderMap) -> bool {
    headers.contains_key(RETRY_AFTER)
}
