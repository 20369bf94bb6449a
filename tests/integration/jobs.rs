//! Background jobs: every promised letter is sent, whatever happens to the mail server or to Roster.

mod letters;
mod processes;
mod sweep;

use std::{
    thread,
    time::{Duration, Instant},
};

use diesel::{QueryableByName, RunQueryDsl as _, sql_types::Text};

use crate::{database::connect, support::database::Database};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// The rows of a query for one text column `line`.
pub fn lines(database: &Database, sql: &str) -> Vec<String> {
    let lines: Vec<Line> = diesel::sql_query(sql).load(&mut connect(database)).expect("rows");
    lines.into_iter().map(|Line { line }| line).collect()
}

/// `kind subject: attempts error, given up` of the jobs that match a condition.
fn jobs(database: &Database, condition: &str) -> Vec<String> {
    lines(
        database,
        &format!(
            "SELECT kind || ' ' || subject || ': ' || attempts || ' ' || coalesce(last_error, '') || \
             CASE WHEN given_up_at IS NULL THEN '' ELSE ', given up' END AS line FROM jobs WHERE {condition}"
        ),
    )
}

/// Waits for a change that another thread or process makes in the database.
pub fn eventually(database: &Database, condition: &str, holds: impl Fn(&[String]) -> bool) -> Vec<String> {
    let since = Instant::now();
    loop {
        let jobs = jobs(database, condition);
        if holds(&jobs) {
            return jobs;
        }
        assert!(since.elapsed() < Duration::from_secs(30), "{jobs:?}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Ends all leases, for a process whose clock cannot be moved.
fn end_leases(database: &Database) {
    diesel::sql_query("UPDATE jobs SET due_at = created_at WHERE lease IS NOT NULL")
        .execute(&mut connect(database))
        .expect("an update");
}
