//! Many who sign in over and over, as fast as they are answered; and somebody who watches what it does to others.

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
use crate::harness::{
    caller::Caller,
    person::PASSWORD,
    wire::{Request, Wire},
};

/// The pause between two looks.
const EVERY: Duration = Duration::from_millis(10);

/// What an ordinary client meets.
#[derive(Debug, Default)]
pub struct Seen {
    pub live: Latencies,
    pub get: Latencies,
    pub failed: u64,
}

#[derive(Clone, Debug, Default)]
pub struct Logins {
    pub succeeded: u64,
    /// 503 and 429, as documented.
    pub refused: Latencies,
    pub others: u64,
}

pub struct Rush<'a> {
    olga: &'a Caller,
    clients: usize,
    logins: Mutex<Logins>,
}

/// Asks whether the service lives, and something of its database, again and again.
pub fn observe(olga: &Caller, span: Duration, mut meanwhile: impl FnMut()) -> Seen {
    let wire = &mut Wire::to(&olga.base_url);
    let (live, get) = (Request::new("GET", "/health/live"), olga.request("GET", "/users"));
    let mut seen = Seen::default();
    let since = Instant::now();
    while since.elapsed() < span {
        for (request, latencies) in [(&live, &mut seen.live), (&get, &mut seen.get)] {
            match wire.send(request) {
                Ok(answer) if answer.status == 200 => latencies.add(answer.took),
                _ => seen.failed += 1,
            }
        }
        meanwhile();
        thread::sleep(EVERY);
    }
    seen
}

impl<'a> Rush<'a> {
    pub fn new(olga: &'a Caller, clients: usize) -> Self {
        Self { olga, clients, logins: Mutex::default() }
    }

    pub fn outcome(self) -> Logins {
        self.logins.into_inner().expect("clients that did not panic")
    }

    pub fn during<T>(&self, work: impl FnOnce() -> T) -> T {
        let over = AtomicBool::new(false);
        thread::scope(|scope| {
            for _ in 0..self.clients {
                scope.spawn(|| self.sign_in_until(&over));
            }
            let answer = work();
            over.store(true, Ordering::Relaxed);
            answer
        })
    }

    fn sign_in_until(&self, over: &AtomicBool) {
        let wire = &mut Wire::to(&self.olga.base_url);
        let body = json!({"user": {"email": self.olga.email, "password": PASSWORD}});
        let request = Request::new("POST", "/api/v4/sessions").json(&body);
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
                _ => logins.others += 1,
            }
        }
    }
}
