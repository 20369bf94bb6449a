//! How long requests wait in front of the database.

use std::time::Duration;

use crate::error::{Error, Result};

/// How long a request waits for a permit: at most `total`, and at most `stalled` while no work succeeds. And how long
/// after its begin it is tried again after a lock timeout.
#[derive(Debug, Clone, Copy)]
pub(in crate::db) struct QueueTimeouts {
    pub total: Duration,
    pub stalled: Duration,
    pub retry: Duration,
}

impl QueueTimeouts {
    /// 503 for a request that has waited too long.
    pub fn expect_patience(&self, waited: Duration, without_progress: Duration) -> Result<()> {
        if waited >= self.total {
            return Err(Error::unavailable("the queue for the database is too long"));
        }
        if waited.min(without_progress) >= self.stalled {
            return Err(Error::unavailable("the database makes no progress"));
        }
        Ok(())
    }
}
