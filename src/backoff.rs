//! Delays that grow with each failure, with jitter, so that what failed together is not all tried again together.

use chrono::TimeDelta;
use rand::RngExt as _;

#[derive(Debug, Clone, Copy)]
pub struct Backoff {
    /// The delay after the first failure. Each further failure doubles it.
    pub first: TimeDelta,
    pub max: TimeDelta,
}

impl Backoff {
    /// The exponential delay times a random factor from 0.5 to 1.5.
    pub fn delay(&self, attempts: i32) -> TimeDelta {
        let doublings = (attempts - 1).clamp(0, 20);
        let delay = (self.first * (1 << doublings)).min(self.max).num_milliseconds();
        TimeDelta::milliseconds(rand::rng().random_range(delay / 2..=delay + delay / 2))
    }
}
