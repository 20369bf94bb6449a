//! Whether the service is stopping, and how many requests are not yet answered.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

/// Clones share one state.
#[derive(Clone, Default)]
pub struct Stopping(Arc<State>);

#[derive(Default)]
struct State {
    has_begun: AtomicBool,
    requests: AtomicUsize,
}

/// A request that is not yet answered, until it is dropped.
pub struct OpenRequest(Stopping);

impl Stopping {
    pub fn begin(&self) {
        self.0.has_begun.store(true, Ordering::Relaxed);
    }

    pub fn has_begun(&self) -> bool {
        self.0.has_begun.load(Ordering::Relaxed)
    }

    pub fn request(&self) -> OpenRequest {
        self.0.requests.fetch_add(1, Ordering::Relaxed);
        OpenRequest(self.clone())
    }

    pub fn open_requests(&self) -> usize {
        self.0.requests.load(Ordering::Relaxed)
    }
}

impl Drop for OpenRequest {
    fn drop(&mut self) {
        self.0.0.requests.fetch_sub(1, Ordering::Relaxed);
    }
}
