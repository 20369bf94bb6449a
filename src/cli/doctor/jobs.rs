//! Work in the background: whether it is done, what fails, and what was given up.

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
/// A running service begins what is due within a second, unless there is much of it.
const OVERDUE: TimeDelta = TimeDelta::minutes(10);

/// What is known of a job that fails or was given up.
type Trouble = (String, Option<Moment>, Option<String>);

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
        .filter(jobs::due_at.lt(now - OVERDUE))
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
    let oldest: Option<Trouble> = failing()
        .order(jobs::failing_since)
        .select((jobs::kind, jobs::failing_since, jobs::last_error))
        .first(conn)
        .optional()?;
    Ok(oldest.map(|oldest| {
        Finding::warn(SUBJECT, format!("{count} failing and tried again, the oldest: {}", described(oldest)))
    }))
}

fn given_up(conn: &mut Conn) -> anyhow::Result<Option<Finding>> {
    let given_up = || jobs::table.filter(jobs::given_up_at.is_not_null());
    let count: i64 = given_up().count().get_result(conn)?;
    let latest: Option<Trouble> = given_up()
        .order(jobs::given_up_at.desc())
        .select((jobs::kind, jobs::given_up_at, jobs::last_error))
        .first(conn)
        .optional()?;
    Ok(latest.map(|latest| {
        Finding::warn(
            SUBJECT,
            format!("{count} given up in the last seven days, the latest: {}", described(latest)),
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

fn described((kind, since, reason): Trouble) -> String {
    let since = since.map(iso8601).unwrap_or_default();
    format!("{kind}, {since}, {}", reason.unwrap_or_default())
}
