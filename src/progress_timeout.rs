//! The time that a client may spend without progress while the service waits for it: to send a body or take an answer.

use std::time::{Duration, Instant};

/// Runs out after `limit` of waiting. Each byte gives time back, up to the limit, so that a client which is slower than
/// `bytes_per_second` is cut off in the end, even if it is never idle for long.
#[derive(Debug)]
pub struct ProgressTimeout {
    limit: Duration,
    bytes_per_second: u32,
    left: Duration,
    waiting_since: Option<Instant>,
}

impl ProgressTimeout {
    pub fn new(limit: Duration, bytes_per_second: u32) -> Self {
        Self { limit, bytes_per_second, left: limit, waiting_since: None }
    }

    pub fn is_waiting(&self) -> bool {
        self.waiting_since.is_some()
    }

    /// Waits from now on, unless it waits already. Returns when the time is up.
    pub fn wait(&mut self, now: Instant) -> Instant {
        *self.waiting_since.get_or_insert(now) + self.left
    }

    /// Ends the waiting.
    pub fn progress(&mut self, bytes: usize, now: Instant) {
        if let Some(since) = self.waiting_since.take() {
            self.left = self.left.saturating_sub(now - since);
        }
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let gained = Duration::from_secs(1) * bytes / self.bytes_per_second;
        self.left = self.limit.min(self.left + gained);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(30);
    const SECOND: Duration = Duration::from_secs(1);

    fn timeout() -> (ProgressTimeout, Instant) {
        (ProgressTimeout::new(LIMIT, 8 * 1024), Instant::now())
    }

    /// How long a client lasts that takes so many bytes once a second; at most an hour.
    fn lasts(bytes: usize) -> Duration {
        let (mut timeout, start) = timeout();
        let mut now = start;
        while now < start + SECOND * 3_600 {
            let deadline = timeout.wait(now);
            if deadline <= now + SECOND {
                return deadline - start;
            }
            now += SECOND;
            timeout.progress(bytes, now);
        }
        now - start
    }

    #[test]
    fn without_progress_the_limit_counts() {
        let (mut timeout, now) = timeout();
        assert_eq!(timeout.wait(now), now + LIMIT);
        assert_eq!(timeout.wait(now + SECOND), now + LIMIT);
        assert!(timeout.is_waiting());
    }

    #[test]
    fn the_rate_decides_how_long_a_slow_client_lasts() {
        assert_eq!(lasts(0), LIMIT);
        assert!((SECOND * 55..SECOND * 61).contains(&lasts(4 * 1024)), "{:?}", lasts(4 * 1024));
        assert_eq!(lasts(8 * 1024), SECOND * 3_600);
    }

    #[test]
    fn fast_clients_save_up_no_time_beyond_the_limit() {
        let (mut timeout, now) = timeout();
        timeout.progress(100 * 1024 * 1024, now);
        assert_eq!(timeout.wait(now), now + LIMIT);
    }

    #[test]
    fn time_between_answers_does_not_count() {
        let (mut timeout, now) = timeout();
        timeout.wait(now);
        timeout.progress(1, now + SECOND * 20);
        let later = now + SECOND * 1_000;
        assert!(timeout.wait(later) >= later + SECOND * 10);
    }
}
