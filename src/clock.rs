//! The time. Code that needs it gets a [`Clock`], so that tests can set the time.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, Datelike as _, NaiveDateTime, SecondsFormat, SubsecRound, TimeDelta, Utc};
use serde::Serializer;

/// A moment in UTC. Both databases store milliseconds.
pub type Moment = NaiveDateTime;

/// The system's time plus an offset that tests set. Clones share the offset.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    ahead_ms: Arc<AtomicI64>,
}

impl Clock {
    /// Now, in UTC, truncated to milliseconds.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the system")]
    pub fn now(&self) -> Moment {
        let ahead = TimeDelta::milliseconds(self.ahead_ms.load(Ordering::Relaxed));
        (Utc::now().naive_utc() + ahead).trunc_subsecs(3)
    }

    /// Moves this clock and all its clones forward, or back if `by` is negative.
    pub fn advance(&self, by: TimeDelta) {
        self.ahead_ms.fetch_add(by.num_milliseconds(), Ordering::Relaxed);
    }
}

/// `2023-06-14T17:06:02.456Z`
pub fn iso8601(moment: Moment) -> String {
    DateTime::<Utc>::from_naive_utc_and_offset(moment, Utc).to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Parses RFC 3339 and truncates to milliseconds. `None` outside the years 0 to 9999, which have four digits.
pub fn parse(text: &str) -> Option<Moment> {
    let moment = DateTime::parse_from_rfc3339(text).ok()?;
    let moment = DateTime::from_timestamp_millis(moment.timestamp_millis())?.naive_utc();
    (0..=9999).contains(&moment.year()).then_some(moment)
}

/// For `#[serde(serialize_with = "clock::serialize")]`.
pub fn serialize<S: Serializer>(moment: &Moment, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&iso8601(*moment))
}

/// For `#[serde(serialize_with = "clock::serialize_option")]`.
pub fn serialize_option<S: Serializer>(moment: &Option<Moment>, serializer: S) -> Result<S::Ok, S::Error> {
    match moment {
        Some(moment) => serialize(moment, serializer),
        None => serializer.serialize_none(),
    }
}
