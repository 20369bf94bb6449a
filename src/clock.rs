//! The time. Code that needs it gets a [`Clock`], so that tests can set the time.

use std::{
    borrow::Cow,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use chrono::{DateTime, Datelike as _, NaiveDateTime, SecondsFormat, SubsecRound, TimeDelta, Utc};
use serde::Serializer;

/// A moment in UTC. Both databases store milliseconds.
pub type Moment = NaiveDateTime;

const DATABASE_FORMAT: &str = "%F %T%.f";

/// The bytes of `2023-06-14`.
pub const DATE_LENGTH: usize = 10;

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

/// `2023-06-14 17:06:02.456`, as both databases write it; without milliseconds if they are 0.
pub fn for_database(moment: Moment) -> String {
    moment.format(DATABASE_FORMAT).to_string()
}

/// Parses what [`for_database`] writes.
pub fn parse_from_database(text: &str) -> Option<Moment> {
    Moment::parse_from_str(text, DATABASE_FORMAT).ok()
}

/// Parses RFC 3339 and truncates to milliseconds. `None` outside the years 0 to 9999, which have four digits.
pub fn parse(text: &str) -> Option<Moment> {
    let (time, offset) = split_offset(text.trim())?;
    let moment = DateTime::parse_from_rfc3339(&format!("{time}{offset}")).ok()?;
    let moment = DateTime::from_timestamp_millis(moment.timestamp_millis())?.naive_utc();
    (0..=9999).contains(&moment.year()).then_some(moment)
}

/// The date and time before an offset from UTC, and the offset as in RFC 3339. Ruby, Java and PostgreSQL also write
/// `+0200`, ` +0200`, `+02` and ` UTC`. `None` without an offset.
pub fn split_offset(text: &str) -> Option<(&str, Cow<'_, str>)> {
    let begins = text.get(DATE_LENGTH..)?.find(['Z', 'z', '+', '-', 'U'])? + DATE_LENGTH;
    let (time, offset) = text.split_at(begins);
    let offset = match offset.as_bytes() {
        b"UTC" => "Z".into(),
        [_, b'0'..=b'9', b'0'..=b'9'] => format!("{offset}:00").into(),
        [_, a, b, c, d] if [a, b, c, d].iter().all(|digit| digit.is_ascii_digit()) => {
            format!("{}:{}", &offset[..3], &offset[3..]).into()
        }
        _ => offset.into(),
    };
    Some((time.strip_suffix(' ').unwrap_or(time), offset))
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
