//! Checks this machine's clock, which decides when sessions and links expire.

use chrono::TimeDelta;
use diesel::{QueryDsl as _, RunQueryDsl as _, dsl::max};

use super::Finding;
use crate::{
    clock::{Clock, Moment, iso8601},
    db::{Conn, inspection},
    schema::sessions,
};

const SUBJECT: &str = "clock";
const WARN_FROM: TimeDelta = TimeDelta::seconds(2);
const FAIL_BEYOND: TimeDelta = TimeDelta::minutes(1);

pub fn finding(conn: &mut Conn) -> anyhow::Result<Finding> {
    let database_time = inspection::now(conn)?;
    let our_time = Clock::default().now();
    let last_used: Option<Moment> = if inspection::applied_migrations(conn)?.is_empty() {
        None
    } else {
        sessions::table.select(max(sessions::last_used_at)).first(conn)?
    };
    Ok(compare(our_time, database_time, last_used))
}

fn compare(our_time: Moment, database_time: Moment, last_used: Option<Moment>) -> Finding {
    let difference = (our_time - database_time).abs();
    // Another process wrote it, so this also compares the clocks of two processes.
    if let Some(future) = last_used.filter(|moment| *moment - our_time >= WARN_FROM) {
        let sentence = format!(
            "it says {}, but somebody used a session at {}; set this machine's clock by NTP",
            iso8601(our_time),
            iso8601(future)
        );
        let is_failure = future - our_time > FAIL_BEYOND;
        return if is_failure { Finding::fail(SUBJECT, sentence) } else { Finding::warn(SUBJECT, sentence) };
    }
    let sentence = format!(
        "it and the database's are {}.{:03} s apart",
        difference.num_seconds(),
        difference.num_milliseconds() % 1000
    );
    match difference {
        difference if difference > FAIL_BEYOND => {
            Finding::fail(SUBJECT, format!("{sentence}; set both by NTP"))
        }
        difference if difference >= WARN_FROM => {
            Finding::warn(SUBJECT, format!("{sentence}; set both by NTP"))
        }
        _ => Finding::ok(SUBJECT, sentence),
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::{super::Verdict, *};

    #[test]
    fn seconds_are_a_warning_and_minutes_a_failure() {
        let now = DateTime::UNIX_EPOCH.naive_utc();
        let verdict = |seconds| compare(now, now + TimeDelta::seconds(seconds), None).verdict;
        assert_eq!(
            [verdict(0), verdict(-1), verdict(-2), verdict(3), verdict(-61)],
            [Verdict::Ok, Verdict::Ok, Verdict::Warn, Verdict::Warn, Verdict::Fail]
        );
    }

    #[test]
    fn a_session_used_in_the_future_is_a_warning_and_then_a_failure() {
        let now = DateTime::UNIX_EPOCH.naive_utc();
        let verdict = |seconds| compare(now, now, Some(now + TimeDelta::seconds(seconds))).verdict;
        assert_eq!(
            [verdict(-300), verdict(1), verdict(2), verdict(60), verdict(61)],
            [Verdict::Ok, Verdict::Ok, Verdict::Warn, Verdict::Warn, Verdict::Fail]
        );
    }
}
