//! The people of the mix and their unused invites.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use rand::seq::IndexedRandom as _;

use crate::{counted_person::CountedPerson, support::people::Ticket};

pub struct Invites {
    people: Vec<(i64, String)>,
    tickets: Mutex<HashMap<String, Ticket>>,
}

impl Invites {
    pub fn new(people: &[CountedPerson]) -> Self {
        let people = people.iter().map(|person| (person.id, person.name.clone())).collect();
        Self { people, tickets: Mutex::default() }
    }

    pub fn any_person(&self) -> &(i64, String) {
        self.people.choose(&mut rand::rng()).expect("people")
    }

    /// Replaces their previous invite.
    pub fn keep(&self, name: &str, ticket: Ticket) {
        self.tickets.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), ticket);
    }

    pub fn take(&self, name: &str) -> Option<Ticket> {
        self.tickets.lock().unwrap_or_else(PoisonError::into_inner).remove(name)
    }
}
