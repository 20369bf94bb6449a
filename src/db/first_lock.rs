//! The workspace that the transaction of this thread locked when it began. The lock is part of the text of BEGIN, so that
//! it takes no round trip of its own.

use std::cell::Cell;

thread_local! {
    static CURRENT: Cell<Option<i64>> = const { Cell::new(None) };
}

/// The lock counts until this is dropped, when the transaction has ended.
pub(super) struct FirstLock;

impl FirstLock {
    pub fn note(workspace_id: Option<i64>) -> Self {
        CURRENT.set(workspace_id);
        Self
    }
}

impl Drop for FirstLock {
    fn drop(&mut self) {
        CURRENT.set(None);
    }
}

pub(super) fn current() -> Option<i64> {
    CURRENT.get()
}
