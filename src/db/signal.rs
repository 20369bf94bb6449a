//! Wakes the jobs of this process when a transaction that wrote a job has been committed.

use std::{cell::Cell, sync::Arc};

use tokio::sync::Notify;

thread_local! {
    static WROTE_JOB: Cell<bool> = const { Cell::new(false) };
}

/// Clones share one signal. A signal that nothing waits for is kept until the next wait.
#[derive(Clone, Default)]
pub struct Signal(Arc<Notify>);

/// Notes that the transaction on this thread wrote a job.
pub fn announce_job() {
    WROTE_JOB.set(true);
}

/// Forgets what an earlier transaction on this thread announced.
pub(super) fn reset() {
    WROTE_JOB.set(false);
}

/// Whether the transaction on this thread has announced a job.
pub(super) fn take() -> bool {
    WROTE_JOB.take()
}

impl Signal {
    /// To be called after the commit of the transaction on this thread.
    pub(super) fn send_if_announced(&self) {
        if take() {
            self.send();
        }
    }

    /// Wakes one waiting task, or the next one that waits.
    pub fn send(&self) {
        self.0.notify_one();
    }

    pub async fn wait(&self) {
        self.0.notified().await;
    }
}
