//! Counts the answers of all clients by kind.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use crate::verdict::Verdict;

/// An answer that takes longer counts as hung.
const MAX_ANSWER_TIME: Duration = Duration::from_secs(5);

#[derive(Debug, Default)]
pub struct Tally {
    pub answered: Count,
    /// 503 and 507 with `Retry-After`, as documented.
    pub busy: Count,
    /// Any other 5xx.
    pub failed: Count,
    /// Answers of any status that mention a lock or deadlock of the database.
    pub locks_shown: Count,
    /// Answers that took longer than [`MAX_ANSWER_TIME`].
    pub hung: Count,
    /// No answer at all.
    pub silent: Count,
}

#[derive(Debug, Default)]
pub struct Count(AtomicU64);

impl Count {
    pub fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Tally {
    pub fn note(&self, status: u16, retry_after: bool, body: &str, took: Duration) {
        self.answered.add();
        self.note_time(took);
        match status {
            503 | 507 if retry_after => self.busy.add(),
            500.. => self.failed.add(),
            _ => {}
        }
        if ["locked", "deadlock", "serialize"].iter().any(|word| body.contains(word)) {
            self.locks_shown.add();
        }
        if status >= 500 {
            eprintln!("{status} {body}");
        }
    }

    pub fn note_silence(&self, took: Duration) {
        self.silent.add();
        self.note_time(took);
    }

    fn note_time(&self, took: Duration) {
        if took > MAX_ANSWER_TIME {
            self.hung.add();
        }
    }

    /// Passes if every request was answered in time and without an unexpected 5xx.
    pub fn judge(&self, verdict: &mut Verdict) {
        verdict.none("5xx", self.failed.get());
        verdict.none("locks_shown", self.locks_shown.get());
        verdict.in_time("hung", self.hung.get(), 0);
        verdict.none("silent", self.silent.get());
        verdict.note("busy_503", self.busy.get());
        verdict.note("answers", self.answered.get());
    }
}
