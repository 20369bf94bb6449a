//! When a grant is refreshed. Pure: no database, no clock.

use chrono::TimeDelta;
use diesel::prelude::*;
use rand::RngExt as _;

use crate::{backoff::Backoff, clock::Moment, schema::grants};

/// A reader gets a token that lives at least so much longer, or half of its life where that is shorter.
pub const MIN_REMAINING: TimeDelta = TimeDelta::minutes(10);
/// How long before its end a token that is being read is refreshed in the background.
const AHEAD: TimeDelta = TimeDelta::minutes(15);
/// A token is being read if it was read within this time.
const READ_WITHIN: TimeDelta = TimeDelta::hours(24);
/// The longest time without a refresh, which keeps the grant alive and proves that it is.
const IDLE_INTERVAL: TimeDelta = TimeDelta::days(7);
/// After failures that say nothing about the grant.
const BACKOFF: Backoff = Backoff { first: TimeDelta::seconds(30), max: TimeDelta::minutes(30) };

/// Why a refresh is considered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Somebody reads the token.
    Reading,
    /// Its time may have come.
    Background,
    /// The network does not accept the access token of this version any more.
    Rejected(i64),
}

/// What to do with a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    Nothing,
    /// Another request is at it.
    Wait,
    /// An answer was lost, and with it perhaps the new tokens. Asking again may end the token that still works, so that
    /// is put off until then.
    PutOff(Moment),
    Ask,
}

/// The columns that decide it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = grants)]
pub struct Schedule {
    pub granted_at: Moment,
    pub expires_at: Option<Moment>,
    pub leased_until: Option<Moment>,
    pub sent_at: Option<Moment>,
    pub attempts: i32,
    pub next_attempt_at: Option<Moment>,
    pub last_read_at: Option<Moment>,
}

impl Schedule {
    pub fn next(&self, purpose: Purpose, now: Moment) -> Next {
        if self.leased_until.is_some_and(|until| until > now) {
            return Next::Wait;
        }
        let may_ask = self.next_attempt_at.is_some_and(|at| at <= now);
        let is_due = match purpose {
            Purpose::Reading => self.is_ending(now) && (self.attempts == 0 || may_ask),
            Purpose::Background => may_ask,
            Purpose::Rejected(_) => self.attempts == 0 || may_ask,
        };
        match self.expires_at {
            _ if !is_due => Next::Nothing,
            _ if matches!(purpose, Purpose::Rejected(_)) => Next::Ask,
            Some(end) if self.sent_at.is_some() && end > now => Next::PutOff(end),
            _ => Next::Ask,
        }
    }

    /// Whether a reader should not get this token any more.
    fn is_ending(&self, now: Moment) -> bool {
        let remaining = self.lifetime().map_or(MIN_REMAINING, |lifetime| MIN_REMAINING.min(lifetime / 2));
        self.expires_at.is_some_and(|end| end - remaining <= now)
    }

    pub fn has_ended(&self, now: Moment) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }

    /// How long the access token lives; `None` if the network did not say.
    fn lifetime(&self) -> Option<TimeDelta> {
        Some(self.expires_at? - self.granted_at)
    }

    /// The schedule after the network gave a new token at this time. If it does not say how long the token lives, that
    /// is as long as the one before.
    pub fn renewed(&self, lifetime: Option<TimeDelta>, now: Moment) -> Self {
        Self::new(lifetime.or(self.lifetime()), self.last_read_at, now)
    }

    /// The schedule of a token that was given at this time.
    pub fn new(lifetime: Option<TimeDelta>, last_read_at: Option<Moment>, now: Moment) -> Self {
        let expires_at = lifetime.map(|lifetime| now + lifetime);
        let schedule = Self {
            granted_at: now,
            expires_at,
            leased_until: None,
            sent_at: None,
            attempts: 0,
            next_attempt_at: None,
            last_read_at,
        };
        Self { next_attempt_at: Some(schedule.background_attempt(now)), ..schedule }
    }

    /// The schedule of a token that was read at this time.
    pub fn read(&self, now: Moment) -> Self {
        let read = Self { last_read_at: Some(now), ..self.clone() };
        let attempt = read.background_attempt(now);
        let is_sooner = self.attempts == 0 && self.next_attempt_at.is_none_or(|at| at > attempt);
        if is_sooner { Self { next_attempt_at: Some(attempt), ..read } } else { read }
    }

    fn background_attempt(&self, now: Moment) -> Moment {
        let idle = IDLE_INTERVAL.num_milliseconds();
        let idle = TimeDelta::milliseconds(rand::rng().random_range(idle * 3 / 4..=idle));
        let is_read = self.last_read_at.is_some_and(|at| at > now - READ_WITHIN);
        match (self.expires_at, self.lifetime()) {
            (Some(end), Some(lifetime)) if is_read => (end - AHEAD.min(lifetime / 2)).min(now + idle),
            _ => now + idle,
        }
    }
}

/// When to ask again after so many attempts that say nothing about the grant.
pub fn retry_at(attempts: i32, now: Moment) -> Moment {
    now + BACKOFF.delay(attempts)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn at(minutes: i64) -> Moment {
        DateTime::UNIX_EPOCH.naive_utc() + TimeDelta::minutes(minutes)
    }

    /// Given at 0, for two hours, and not read yet.
    fn given() -> Schedule {
        Schedule::new(Some(TimeDelta::hours(2)), None, at(0))
    }

    #[test]
    fn a_reader_asks_ten_minutes_before_the_end_or_after_half_of_a_short_life() {
        for (minute, next) in [(109, Next::Nothing), (110, Next::Ask), (500, Next::Ask)] {
            assert_eq!(given().next(Purpose::Reading, at(minute)), next, "{minute}");
        }
        let short = Schedule::new(Some(TimeDelta::minutes(10)), None, at(0));
        for (minute, next) in [(4, Next::Nothing), (5, Next::Ask)] {
            assert_eq!(short.next(Purpose::Reading, at(minute)), next, "{minute}");
        }
        let endless = Schedule::new(None, None, at(0));
        assert_eq!(endless.next(Purpose::Reading, at(1_000_000)), Next::Nothing);
    }

    #[test]
    fn the_background_is_early_for_what_is_read_and_weekly_for_the_rest() {
        let read = given().read(at(5));
        assert_eq!(read.next_attempt_at, Some(at(105)));
        assert_eq!(read.renewed(None, at(105)).next_attempt_at, Some(at(210)), "it was read within a day");
        let days = |schedule: &Schedule| (schedule.next_attempt_at.unwrap() - at(0)).num_hours() / 24;
        assert!((5..=7).contains(&days(&given())), "{:?}", given());
        assert!(days(&read.renewed(None, at(2_000))) >= 6, "nobody has read it for a day");
        let failing = Schedule { attempts: 1, next_attempt_at: Some(at(200)), ..given() };
        assert_eq!(failing.read(at(5)).next_attempt_at, Some(at(200)), "after a failure there is a pause");
    }

    #[test]
    fn one_asks_and_pauses_after_failures() {
        let leased = Schedule { leased_until: Some(at(116)), attempts: 1, ..given() };
        assert_eq!(leased.next(Purpose::Reading, at(115)), Next::Wait);
        let failed = Schedule { attempts: 1, next_attempt_at: Some(at(117)), ..given() };
        assert_eq!(failed.next(Purpose::Reading, at(116)), Next::Nothing);
        assert_eq!(failed.next(Purpose::Reading, at(117)), Next::Ask);
        assert_eq!(failed.next(Purpose::Rejected(1), at(116)), Next::Nothing);
    }

    #[test]
    fn after_a_lost_answer_the_token_is_used_to_its_end() {
        let sent = Some(at(111));
        let lost = Schedule {
            leased_until: Some(at(112)),
            sent_at: sent,
            attempts: 1,
            next_attempt_at: Some(at(112)),
            ..given()
        };
        assert_eq!(lost.next(Purpose::Background, at(112)), Next::PutOff(at(120)));
        assert_eq!(lost.next(Purpose::Background, at(120)), Next::Ask);
        assert_eq!(lost.next(Purpose::Rejected(1), at(113)), Next::Ask, "it does not work any more");
    }
}
