//! Clients that send large bodies, over and over.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
};

use serde_json::{Value, json};

use crate::wire::{self, Request, Wire};

const LIST_BYTES: usize = 10_000_000;
const OBJECT_BYTES: usize = 1_000_000;

/// What the clients were answered.
#[derive(Debug, Default)]
pub struct Answers {
    /// With 201.
    pub accepted: AtomicU64,
    /// With 400, 401, 429 or 503.
    pub refused: AtomicU64,
    /// With any other status.
    pub others: AtomicU64,
}

impl Answers {
    fn count(&self, status: u16) {
        let count = match status {
            201 => &self.accepted,
            400 | 401 | 429 | 503 => &self.refused,
            _ => &self.others,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }
}

/// Bodies that cost as much as possible before they are refused, each for its own reason.
pub fn hostile(token: Option<&str>) -> Vec<Request> {
    let fill = |start: &str, part: &str, end: &str, bytes: usize| {
        format!("{start}{}{end}", part.repeat((bytes - start.len() - end.len()) / part.len()))
    };
    let text = format!("\"{}\",", "x".repeat(100));
    let lists = [
        fill("[0", ",0", "]", LIST_BYTES),
        fill("[{}", ",{}", "]", LIST_BYTES),
        fill("[", "[", "", LIST_BYTES),
        fill("[{\"nope\":\"", "x", "\"}]", LIST_BYTES),
        fill("[{\"nope\":\"", "\\u0000", "\"}]", LIST_BYTES),
        fill("[{\"nope\":[", &text, "0]}]", LIST_BYTES),
        fill("[{\"nope\":\"", "x", "\"}", LIST_BYTES),
    ];
    let objects = [
        fill("{\"nope\":\"", "x", "\"}", OBJECT_BYTES),
        fill("{\"nope\":[", &text, "0]}", OBJECT_BYTES),
        fill("{\"nope\":[0", ",0", "]}", 180_000),
    ];
    let request = |path, body: &String| {
        let head = Request::new("POST", path).token(token).header("Idempotency-Key", "flood");
        head.body("application/json", body.as_bytes())
    };
    let lists = lists.iter().map(|body| request("/rest/batch/people", body));
    let objects = objects
        .iter()
        .flat_map(|body| ["/rest/people", "/rest/people/duplicates"].map(|path| request(path, body)));
    lists.chain(objects).collect()
}

/// A body of the largest size, of records that are created.
pub fn acceptable(token: Option<&str>) -> Vec<Request> {
    let activity = json!({"name": "x".repeat(99_000)});
    let body: Value = vec![activity; LIST_BYTES / 100_000].into();
    vec![Request::new("POST", "/rest/batch/timelineActivities").token(token).json(&body)]
}

/// `clients` send the requests in turn until `work` is done.
pub fn during<T>(
    base_url: &str,
    requests: &[Request],
    clients: usize,
    work: impl FnOnce() -> T,
) -> (T, Answers) {
    let (over, answers) = (AtomicBool::new(false), Answers::default());
    let outcome = thread::scope(|scope| {
        for client in 0..clients {
            let (over, answers) = (&over, &answers);
            scope.spawn(move || {
                wire::give_way();
                let wire = &mut Wire::to(base_url);
                for request in requests.iter().cycle().skip(client) {
                    if over.load(Ordering::Relaxed) {
                        return;
                    }
                    // A refusal may close the connection before the body is sent.
                    let Ok(answer) = wire.send(request) else { continue };
                    answers.count(answer.status);
                }
            });
        }
        let outcome = work();
        over.store(true, Ordering::Relaxed);
        outcome
    });
    (outcome, answers)
}
