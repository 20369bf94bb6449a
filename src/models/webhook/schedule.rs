//! When a delivery is tried again, and for how long a webhook is paused. Pure: no database, no clock.

use chrono::TimeDelta;
use rand::RngExt as _;

use crate::clock::Moment;

/// The delay after each failure, before jitter.
const DELAYS: [TimeDelta; 10] = [
    TimeDelta::seconds(5),
    TimeDelta::seconds(30),
    TimeDelta::minutes(2),
    TimeDelta::minutes(10),
    TimeDelta::hours(1),
    TimeDelta::hours(3),
    TimeDelta::hours(6),
    TimeDelta::hours(12),
    TimeDelta::hours(24),
    TimeDelta::hours(24),
];
/// How long a delivery waits, and for how long a webhook may fail before it is switched off.
pub const PATIENCE: TimeDelta = TimeDelta::days(3);
const MIN_PAUSE: TimeDelta = TimeDelta::seconds(5);
const MAX_PAUSE: TimeDelta = TimeDelta::minutes(1);
/// So many tries of a delivery delay the later ones of its record.
pub const ORDERED_ATTEMPTS: i32 = 4;

/// When to try again after so many attempts; `None` if the delivery is given up. `retry_after` is the shortest delay that
/// the receiver accepts.
pub fn next_attempt(
    attempts: i32,
    queued_at: Moment,
    retry_after: Option<TimeDelta>,
    now: Moment,
) -> Option<Moment> {
    let delay = DELAYS.get(usize::try_from(attempts - 1).ok()?)?;
    let delay = with_jitter(*delay).max(retry_after.unwrap_or_default().min(PATIENCE));
    Some(now + delay).filter(|due_at| *due_at <= queued_at + PATIENCE)
}

/// For how long nothing is sent to a webhook that has failed again, after it has failed for so long. Its other deliveries
/// would most likely fail too.
pub fn pause(failing_for: TimeDelta) -> TimeDelta {
    (failing_for / 10).clamp(MIN_PAUSE, MAX_PAUSE)
}

/// A random factor from 0.8 to 1.2, so that deliveries that failed together are not all retried together.
fn with_jitter(delay: TimeDelta) -> TimeDelta {
    let milliseconds = delay.num_milliseconds();
    TimeDelta::milliseconds(rand::rng().random_range(milliseconds * 4 / 5..=milliseconds * 6 / 5))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use chrono::DateTime;

    use super::*;

    fn queued_at() -> Moment {
        DateTime::UNIX_EPOCH.naive_utc()
    }

    #[test]
    fn delays_grow_with_jitter() {
        for (attempts, seconds) in
            [(1, 5), (2, 30), (3, 120), (4, 600), (5, 3_600), (9, 86_400), (10, 86_400)]
        {
            let mut delays = HashSet::new();
            for _ in 0..100 {
                let due_at = next_attempt(attempts, queued_at(), None, queued_at()).expect("another attempt");
                let delay = (due_at - queued_at()).num_milliseconds();
                assert!((seconds * 800..=seconds * 1_200).contains(&delay), "{attempts}: {delay} ms");
                delays.insert(delay);
            }
            assert!(delays.len() > 1, "there is no jitter");
        }
    }

    #[test]
    fn the_receiver_may_ask_for_a_longer_delay_only() {
        let due_at = |seconds| {
            next_attempt(1, queued_at(), Some(TimeDelta::seconds(seconds)), queued_at()).expect("another")
        };
        assert_eq!(due_at(90), queued_at() + TimeDelta::seconds(90));
        assert!(due_at(1) >= queued_at() + TimeDelta::seconds(4));
        assert_eq!(due_at(i64::from(u32::MAX)), queued_at() + PATIENCE);
    }

    #[test]
    fn pauses_grow_to_a_minute() {
        for (failing_for, seconds) in [(-9, 5), (0, 5), (50, 5), (300, 30), (600, 60), (259_200, 60)] {
            assert_eq!(pause(TimeDelta::seconds(failing_for)), TimeDelta::seconds(seconds), "{failing_for}");
        }
    }

    #[test]
    fn a_delivery_waits_at_most_three_days() {
        assert_eq!(next_attempt(11, queued_at(), None, queued_at()), None);
        assert_eq!(next_attempt(0, queued_at(), None, queued_at()), None);
        assert_eq!(next_attempt(1, queued_at(), None, queued_at() + PATIENCE), None);
        assert!(next_attempt(1, queued_at(), None, queued_at() + PATIENCE - TimeDelta::minutes(1)).is_some());
    }
}
