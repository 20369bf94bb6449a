//! Clients that sign in continuously, and one client that measures the latency of other requests meanwhile.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use super::latency::Latencies;
use crate::{
    support::{
        people::{PASSWORD, Person},
        process::{HasAddress as _, Server},
    },
    wire::{Request, Wire},
};

/// Pause between two measurements.
const MEASURING_INTERVAL: Duration = Duration::from_millis(10);

/// Latencies and failures of the other requests.
#[derive(Debug, Default)]
pub struct Seen {
    pub live: Latencies,
    pub get: Latencies,
    pub failed: u64,
}

#[derive(Clone, Debug, Default)]
pub struct Logins {
    pub succeeded: u64,
    /// Answers with 503 or 429, as documented.
    pub refused: Latencies,
    pub others: u64,
}

/// Each client is another person with another address.
pub struct Rush {
    people: Vec<Person>,
    logins: Mutex<Logins>,
}

/// Repeatedly requests the liveness check and a page that needs the database.
pub fn observe(olga: &Person, span: Duration, mut meanwhile: impl FnMut()) -> Seen {
    let wire = &mut Wire::to(&olga.base_url());
    let (live, get) = (Request::new("GET", "/health/live"), Request::by(olga, "GET", "users"));
    let mut seen = Seen::default();
    let since = Instant::now();
    while since.elapsed() < span {
        for (request, latencies) in [(&live, &mut seen.live), (&get, &mut seen.get)] {
            match wire.send(request) {
                Ok(answer) if answer.status == 200 => latencies.add(answer.took),
                outcome => {
                    seen.failed += 1;
                    eprintln!("{outcome:?}");
                }
            }
        }
        meanwhile();
        thread::sleep(MEASURING_INTERVAL);
    }
    seen
}

impl Rush {
    pub fn new(server: &Server, clients: usize) -> Self {
        let people = (0..clients).map(|client| Person::owner(server, &format!("client{client}")));
        Self { people: people.collect(), logins: Mutex::default() }
    }

    pub fn outcome(self) -> Logins {
        self.logins.into_inner().expect("clients that did not panic")
    }

    pub fn during<T>(&self, work: impl FnOnce() -> T) -> T {
        let over = AtomicBool::new(false);
        thread::scope(|scope| {
            for (place, person) in self.people.iter().enumerate() {
                let over = &over;
                scope.spawn(move || self.sign_in_until(person, &format!("203.0.113.{place}"), over));
            }
            let answer = work();
            over.store(true, Ordering::Relaxed);
            answer
        })
    }

    fn sign_in_until(&self, person: &Person, address: &str, over: &AtomicBool) {
        let wire = &mut Wire::to(&person.base_url());
        let body = json!({"user": {"email": person.email, "password": PASSWORD}});
        let request = Request::new("POST", "/api/v4/sessions").header("X-Forwarded-For", address).json(&body);
        while !over.load(Ordering::Relaxed) {
            let outcome = wire.send(&request);
            let mut logins = self.logins.lock().expect("clients that did not panic");
            match outcome {
                Ok(answer) if answer.status == 200 => logins.succeeded += 1,
                Ok(answer)
                    if matches!(answer.status, 429 | 503) && answer.header("Retry-After").is_some() =>
                {
                    logins.refused.add(answer.took);
                }
                outcome => {
                    logins.others += 1;
                    eprintln!("{outcome:?}");
                }
            }
        }
    }
}
