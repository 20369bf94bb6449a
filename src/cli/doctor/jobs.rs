//! Checks the jobs: which are overdue, which fail, and which were given up.

use chrono::TimeDelta;
use diesel::{
    dsl::{count_star, min},
    prelude::*,
};

use super::Finding;
use crate::{
    clock::{Clock, Moment, iso8601},
    db::{Conn, inspection},
    jobs::{Job as _, letters::Letter},
    schema::jobs,
};

const SUBJECT: &str = "jobs";
/// A running service starts a due job within a second, unless many are due.
const OVERDUE_AFTER: TimeDelta = TimeDelta::minutes(10);

/// Kind, moment and last error of a job that fails or was given up.
type FailedJob = (String, Option<Moment>, Option<String>);

pub fn findings(conn: &mut Conn) -> anyhow::Result<Vec<Finding>> {
    if !inspection::tables(conn)?.iter().any(|table| table == "jobs") {
        return Ok(Vec::new());
    }
    let mut findings = vec![overdue(conn, Clock::default().now())?];
    findings.extend(failing(conn)?);
    findings.extend(given_up(conn)?);
    findings.extend(letters(conn)?);
    Ok(findings)
}

fn overdue(conn: &mut Conn, now: Moment) -> anyhow::Result<Finding> {
    let (count, oldest): (i64, Option<Moment>) = jobs::table
        .filter(jobs::given_up_at.is_null())
        .filter(jobs::due_at.lt(now - OVERDUE_AFTER))
        .select((count_star(), min(jobs::due_at)))
        .first(conn)?;
    Ok(match oldest {
        None => Finding::ok(SUBJECT, "none is overdue"),
        Some(oldest) => {
            let since = iso8601(oldest);
            let sentence = format!(
                "{count} overdue, the oldest since {since}; they are done once the service runs, see its log if it does"
            );
            Finding::warn(SUBJECT, sentence)
        }
    })
}

fn failing(conn: &mut Conn) -> anyhow::Result<Option<Finding>> {
    let failing =
        || jobs::table.filter(jobs::given_up_at.is_null()).filter(jobs::failing_since.is_not_null());
    let count: i64 = failing().count().get_result(conn)?;
    let oldest: Option<FailedJob> = failing()
        .order(jobs::failing_since)
        .select((jobs::kind, jobs::failing_since, jobs::last_error))
        .first(conn)
        .optional()?;
    Ok(oldest.map(|oldest| {
        Finding::warn(SUBJECT, format!("{count} failing and tried again, the oldest: {}", describe(oldest)))
    }))
}

fn given_up(conn: &mut Conn) -> anyhow::Result<Option<Finding>> {
    let given_up = || jobs::table.filter(jobs::given_up_at.is_not_null());
    let count: i64 = given_up().count().get_result(conn)?;
    let latest: Option<FailedJob> = given_up()
        .order(jobs::given_up_at.desc())
        .select((jobs::kind, jobs::given_up_at, jobs::last_error))
        .first(conn)
        .optional()?;
    Ok(latest.map(|latest| {
        Finding::warn(
            SUBJECT,
            format!("{count} given up in the last seven days, the latest: {}", describe(latest)),
        )
    }))
}

fn letters(conn: &mut Conn) -> anyhow::Result<Option<Finding>> {
    let oldest: Option<Moment> = jobs::table
        .filter(jobs::given_up_at.is_null())
        .filter(jobs::kind.eq(Letter::KIND))
        .select(min(jobs::created_at))
        .first(conn)?;
    Ok(oldest.map(|oldest| {
        Finding::ok(SUBJECT, format!("the oldest letter that is not sent yet is of {}", iso8601(oldest)))
    }))
}

fn describe((kind, since, reason): FailedJob) -> String {
    let since = since.map(iso8601).unwrap_or_default();
    format!("{kind}, {since}, {}", reason.unwrap_or_default())
}
