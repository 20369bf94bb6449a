//! Many attempts at once, and how they are answered.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use roster::crypto::api_key::KeyText;
use serde_json::json;

use crate::{
    support::people::{PASSWORD, email},
    wire::{Answer, Request, Wire},
};

#[derive(Clone, Debug, Default)]
pub struct Counts {
    pub admitted: u64,
    pub refused: u64,
    pub without_retry_after: u64,
    pub others: u64,
}

impl Counts {
    pub fn add(&mut self, other: &Self) {
        self.admitted += other.admitted;
        self.refused += other.refused;
        self.without_retry_after += other.without_retry_after;
        self.others += other.others;
    }

    fn count(&mut self, answer: &Answer) {
        match answer.status {
            201 | 401 => self.admitted += 1,
            429 => {
                self.refused += 1;
                self.without_retry_after += u64::from(retry_after(answer).is_none());
            }
            _ => {
                eprintln!("{answer:?}");
                self.others += 1;
            }
        }
    }
}

impl Request {
    /// Sent through a proxy that names this client.
    pub fn from(self, address: &str) -> Self {
        self.header("X-Forwarded-For", address)
    }
}

/// The attempts are spread over the clients, and the clients over the servers.
pub fn burst(
    addresses: &[String],
    clients: usize,
    attempts: usize,
    attempt: &(dyn Fn(usize) -> Request + Sync),
) -> Counts {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        let clients: Vec<_> = (0..clients)
            .map(|client| {
                let (next, wire) = (&next, Wire::to(&addresses[client % addresses.len()]));
                scope.spawn(move || send_all(wire, attempts, next, attempt))
            })
            .collect();
        let mut counts = Counts::default();
        for client in clients {
            counts.add(&client.join().expect("a client"));
        }
        counts
    })
}

fn send_all(
    mut wire: Wire,
    attempts: usize,
    next: &AtomicUsize,
    attempt: &(dyn Fn(usize) -> Request + Sync),
) -> Counts {
    let mut counts = Counts::default();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= attempts {
            return counts;
        }
        counts.count(&wire.ask(&attempt(number)));
    }
}

/// Seconds.
pub fn retry_after(answer: &Answer) -> Option<u64> {
    answer.header("retry-after")?.parse().ok().filter(|seconds| *seconds > 0)
}

/// Waits as long as the refusal says and repeats the attempt; 1 if it is admitted then.
pub fn after_the_wait(address: &str, attempt: &Request) -> u64 {
    let wire = &mut Wire::to(address);
    let mut counts = Counts::default();
    let refusal = wire.ask(attempt);
    if let Some(seconds) = retry_after(&refusal) {
        thread::sleep(Duration::from_secs(seconds));
    }
    counts.count(&wire.ask(attempt));
    counts.admitted
}

pub fn sign_in(name: &str) -> Request {
    let body = json!({"user": {"email": email(name), "password": PASSWORD}});
    Request::new("POST", "/api/v4/sessions").json(&body)
}

pub fn registration(name: &str) -> Request {
    let body = json!({"user": {"email": email(name), "password": PASSWORD, "first_name": name}});
    Request::new("POST", "/api/v4/registrations").json(&body)
}

pub fn unknown_key() -> Request {
    Request::new("GET", "/rest/people").token(Some(KeyText::generate(1).expose()))
}
