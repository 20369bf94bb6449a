//! The lanes whose work has waited for a lock in vain, and has not succeeded since.

use crate::db::Lane;

#[derive(Default)]
pub(super) struct LockTimeouts(Vec<LockTimeout>);

struct LockTimeout {
    lane: Lane,
    /// Nothing has succeeded since, in any lane.
    is_after_progress: bool,
}

impl LockTimeouts {
    pub fn note(&mut self, lane: Lane) {
        self.0.retain(|timeout| timeout.lane != lane);
        self.0.push(LockTimeout { lane, is_after_progress: true });
    }

    /// Work of this lane has succeeded. Lanes in which nothing runs are forgotten as well.
    pub fn note_progress(&mut self, lane: Lane, runs: impl Fn(Lane) -> bool) {
        self.0.retain(|timeout| timeout.lane != lane && runs(timeout.lane));
        self.0.iter_mut().for_each(|timeout| timeout.is_after_progress = false);
    }

    /// Probably another transaction holds the lock of its workspace.
    pub fn has(&self, lane: Lane) -> bool {
        self.0.iter().any(|timeout| timeout.lane == lane)
    }

    /// In one lane they say nothing about the database.
    pub fn are_in_several(&self) -> bool {
        self.0.iter().filter(|timeout| timeout.is_after_progress).count() > 1
    }
}
