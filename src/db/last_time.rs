//! When something last happened, for threads that watch each other.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// At first, the moment at which it was made.
pub(super) struct LastTime {
    made_at: Instant,
    /// In milliseconds after `made_at`.
    last_ms: AtomicU64,
}

impl LastTime {
    pub fn now() -> Self {
        Self { made_at: Instant::now(), last_ms: AtomicU64::new(0) }
    }

    pub fn note(&self) {
        let millis = u64::try_from(self.made_at.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last_ms.store(millis, Ordering::Relaxed);
    }

    pub fn elapsed(&self) -> Duration {
        self.made_at.elapsed().saturating_sub(Duration::from_millis(self.last_ms.load(Ordering::Relaxed)))
    }
}
