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
const WARN_BEYOND: TimeDelta = TimeDelta::seconds(2);
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
    if let Some(future) = last_used.filter(|moment| *moment - our_time > FAIL_BEYOND) {
        let sentence = format!(
            "it says {}, but somebody used a session at {}; set this machine's clock by NTP",
            iso8601(our_time),
            iso8601(future)
        );
        return Finding::fail(SUBJECT, sentence);
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
        difference if difference > WARN_BEYOND => {
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
            [verdict(0), verdict(-2), verdict(3), verdict(-61)],
            [Verdict::Ok, Verdict::Ok, Verdict::Warn, Verdict::Fail]
        );
    }

    #[test]
    fn a_session_used_in_the_future_is_a_failure() {
        let now = DateTime::UNIX_EPOCH.naive_utc();
        let verdict = |minutes| compare(now, now, Some(now + TimeDelta::minutes(minutes))).verdict;
        assert_eq!([verdict(-5), verdict(1), verdict(5)], [Verdict::Ok, Verdict::Ok, Verdict::Fail]);
    }
}
