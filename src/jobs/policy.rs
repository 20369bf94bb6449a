//! The retry policy of a kind of job, and the decision after an attempt. Pure: no database, no clock.

use chrono::TimeDelta;

use super::Failure;
use crate::{backoff::Backoff, clock::Moment};

#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// How many jobs of this kind may run at the same time in one process.
    pub max_running: usize,
    /// How long one process owns a job. An attempt is stopped after three quarters of this time.
    pub lease: TimeDelta,
    /// The delay after the first failure. Each further failure doubles it.
    pub first_delay: TimeDelta,
    pub max_delay: TimeDelta,
    pub repeat: Repeat,
}

#[derive(Debug, Clone, Copy)]
pub enum Repeat {
    /// Run until the first success. Give up after failing for this long.
    UntilDone { within: TimeDelta },
    /// Run forever, this long after each success. Never give up.
    Every(TimeDelta),
}

/// What to do after an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    Finish,
    Repeat(Moment),
    Retry(Moment, String),
    GiveUp(String),
}

impl Policy {
    /// The longest time from now until a job of this kind is due.
    pub fn longest_wait(&self) -> TimeDelta {
        let repeat = match self.repeat {
            Repeat::UntilDone { .. } => TimeDelta::zero(),
            Repeat::Every(pause) => pause,
        };
        self.lease.max(self.max_delay * 3 / 2).max(repeat)
    }

    /// Decides what to do after an attempt. `attempts` includes that attempt.
    pub fn next(
        &self,
        outcome: Result<(), Failure>,
        attempts: i32,
        failing_since: Option<Moment>,
        now: Moment,
    ) -> Next {
        let due_at = now + self.delay(attempts);
        match (outcome, self.repeat) {
            (Ok(()), Repeat::UntilDone { .. }) => Next::Finish,
            (Ok(()), Repeat::Every(pause)) => Next::Repeat(now + pause),
            (Err(Failure::Never(reason)), Repeat::UntilDone { .. }) => Next::GiveUp(reason),
            (Err(Failure::Later(reason)), Repeat::UntilDone { within })
                if due_at > failing_since.unwrap_or(now) + within =>
            {
                Next::GiveUp(reason)
            }
            (Err(Failure::Later(reason) | Failure::Never(reason)), _) => Next::Retry(due_at, reason),
        }
    }

    fn delay(&self, attempts: i32) -> TimeDelta {
        Backoff { first: self.first_delay, max: self.max_delay }.delay(attempts)
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    const LETTER: Policy = Policy {
        max_running: 1,
        lease: TimeDelta::minutes(2),
        first_delay: TimeDelta::seconds(30),
        max_delay: TimeDelta::hours(1),
        repeat: Repeat::UntilDone { within: TimeDelta::hours(24) },
    };

    fn now() -> Moment {
        DateTime::UNIX_EPOCH.naive_utc()
    }

    fn later() -> Result<(), Failure> {
        Err(Failure::Later("451".to_owned()))
    }

    #[test]
    fn delays_double_up_to_the_maximum_with_jitter() {
        for (attempts, seconds) in [(1, 30), (2, 60), (5, 480), (8, 3_600), (31, 3_600), (i32::MAX, 3_600)] {
            for _ in 0..100 {
                let delay = LETTER.delay(attempts).num_milliseconds();
                assert!((500 * seconds..=1_500 * seconds).contains(&delay), "{attempts}: {delay} ms");
            }
        }
        let delays: std::collections::HashSet<_> = (0..20).map(|_| LETTER.delay(8)).collect();
        assert!(delays.len() > 1, "there is no jitter");
    }

    #[test]
    fn a_failure_is_tried_again_for_a_day() {
        let since = |hours| Some(now() - TimeDelta::hours(hours));
        assert!(matches!(LETTER.next(later(), 1, None, now()), Next::Retry(at, _) if at > now()));
        assert!(matches!(LETTER.next(later(), 30, since(22), now()), Next::Retry(..)));
        assert!(matches!(LETTER.next(later(), 30, since(24), now()), Next::GiveUp(_)));
        let refused = Err(Failure::Never("550".to_owned()));
        assert_eq!(LETTER.next(refused, 1, None, now()), Next::GiveUp("550".to_owned()));
        assert_eq!(LETTER.next(Ok(()), 3, since(1), now()), Next::Finish);
    }

    #[test]
    fn a_repeated_job_is_never_given_up() {
        let sweep = Policy { repeat: Repeat::Every(TimeDelta::hours(1)), ..LETTER };
        assert_eq!(sweep.next(Ok(()), 1, None, now()), Next::Repeat(now() + TimeDelta::hours(1)));
        let since = Some(now() - TimeDelta::days(9));
        assert!(matches!(sweep.next(later(), 99, since, now()), Next::Retry(..)));
        assert!(matches!(sweep.next(Err(Failure::Never(String::new())), 1, None, now()), Next::Retry(..)));
    }
}
