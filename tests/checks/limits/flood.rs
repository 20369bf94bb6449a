//! Clients that send hostile bodies of ten megabytes, over and over.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
};

use crate::wire::{Request, Wire};

/// What the clients were answered.
#[derive(Debug, Default)]
pub struct Answers {
    pub refused: AtomicU64,
    /// With any other status than the expected ones.
    pub others: AtomicU64,
}

/// `clients` send the request until `work` is done. Expected are 400, 401, 429 and 503.
pub fn during<T>(
    base_url: &str,
    request: &Request,
    clients: usize,
    work: impl FnOnce() -> T,
) -> (T, Answers) {
    let (over, answers) = (AtomicBool::new(false), Answers::default());
    let outcome = thread::scope(|scope| {
        for _ in 0..clients {
            scope.spawn(|| {
                let wire = &mut Wire::to(base_url);
                while !over.load(Ordering::Relaxed) {
                    // A refusal may close the connection before the body is sent.
                    let Ok(answer) = wire.send(request) else { continue };
                    let is_refused = matches!(answer.status, 400 | 401 | 429 | 503);
                    let count = if is_refused { &answers.refused } else { &answers.others };
                    count.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let outcome = work();
        over.store(true, Ordering::Relaxed);
        outcome
    });
    (outcome, answers)
}
