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
    let theirs = inspection::now(conn)?;
    let ours = Clock::default().now();
    let last_used: Option<Moment> = if inspection::applied_migrations(conn)?.is_empty() {
        None
    } else {
        sessions::table.select(max(sessions::last_used_at)).first(conn)?
    };
    Ok(compare(ours, theirs, last_used))
}

fn compare(ours: Moment, theirs: Moment, last_used: Option<Moment>) -> Finding {
    let apart = (ours - theirs).abs();
    if let Some(future) = last_used.filter(|moment| *moment - ours > FAIL_BEYOND) {
        let sentence = format!(
            "it says {}, but somebody used a session at {}; set this machine's clock by NTP",
            iso8601(ours),
            iso8601(future)
        );
        return Finding::fail(SUBJECT, sentence);
    }
    let sentence = format!(
        "it and the database's are {}.{:03} s apart",
        apart.num_seconds(),
        apart.num_milliseconds() % 1000
    );
    match apart {
        apart if apart > FAIL_BEYOND => Finding::fail(SUBJECT, format!("{sentence}; set both by NTP")),
        apart if apart > WARN_BEYOND => Finding::warn(SUBJECT, format!("{sentence}; set both by NTP")),
        _ => Finding::ok(SUBJECT, sentence),
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::{super::Verdict, *};

    #[test]
    fn seconds_are_told_and_minutes_are_wrong() {
        let now = DateTime::UNIX_EPOCH.naive_utc();
        let verdict = |seconds| compare(now, now + TimeDelta::seconds(seconds), None).verdict;
        assert_eq!(
            [verdict(0), verdict(-2), verdict(3), verdict(-61)],
            [Verdict::Ok, Verdict::Ok, Verdict::Warn, Verdict::Fail]
        );
    }

    #[test]
    fn a_clock_set_back_shows_in_what_was_written() {
        let now = DateTime::UNIX_EPOCH.naive_utc();
        let verdict = |minutes| compare(now, now, Some(now + TimeDelta::minutes(minutes))).verdict;
        assert_eq!([verdict(-5), verdict(1), verdict(5)], [Verdict::Ok, Verdict::Ok, Verdict::Fail]);
    }
}
