//! Tells the jobs of this process that a transaction wrote work for them: once it is committed, and not before.

use std::{cell::Cell, sync::Arc};

use tokio::sync::Notify;

thread_local! {
    static WROTE_WORK: Cell<bool> = const { Cell::new(false) };
}

/// Clones share one signal, which is remembered until it is waited for.
#[derive(Clone, Default)]
pub struct Signal(Arc<Notify>);

/// The transaction on this thread has written work.
pub fn announce() {
    WROTE_WORK.set(true);
}

/// A transaction begins on this thread.
pub(super) fn forget() {
    WROTE_WORK.set(false);
}

impl Signal {
    /// The transaction on this thread is committed.
    pub(super) fn committed(&self) {
        if WROTE_WORK.take() {
            self.send();
        }
    }

    pub fn send(&self) {
        self.0.notify_one();
    }

    pub async fn wait(&self) {
        self.0.notified().await;
    }
}
