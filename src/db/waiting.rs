//! Transactions of start-up and the command line that need a lock of another process: after two seconds they fail with
//! an error that names the process, and a start tries again until the lock is free.

use std::time::{Duration, Instant};

use diesel::{
    OptionalExtension as _, PgConnection, QueryResult, RunQueryDsl as _,
    connection::SimpleConnection as _,
    sql_query,
    sql_types::{Integer, Text},
};

use super::{Conn, Target, dialect};

/// The same sentence is logged again after this time.
const LOG_INTERVAL: Duration = Duration::from_mins(1);

/// PostgreSQL's timeout is in the settings of each session.
const SQLITE_LOCK_TIMEOUT: &str = "PRAGMA busy_timeout = 2000";

/// The oldest transaction that holds a lock for at least as long as ours waited. A role that may not look at others does
/// not see when their transactions began.
const HOLDER: &str = "
    SELECT pid, coalesce(nullif(application_name, ''), 'without a name') AS name,
        coalesce(', ' || state, '') AS state
    FROM pg_stat_activity AS activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
        AND coalesce(xact_start < clock_timestamp() - interval '2 seconds', true)
        AND EXISTS (
            SELECT FROM pg_locks
            WHERE pg_locks.pid = activity.pid AND granted AND locktype IN ('relation', 'advisory')
        )
    ORDER BY coalesce(wait_event_type = 'Lock', false), xact_start
    LIMIT 1";

/// Another process held a lock for longer than the timeout. The sentence says which, and what to do.
#[derive(Debug, thiserror::Error)]
#[error("The database is locked: {0}")]
pub struct Locked(String);

#[derive(diesel::QueryableByName)]
struct Holder {
    #[diesel(sql_type = Integer)]
    pid: i32,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    state: String,
}

/// Repeats an attempt while it fails with [`Locked`], and logs what it waits for.
pub fn until_free<T>(attempt: impl Fn() -> anyhow::Result<T>) -> anyhow::Result<T> {
    let mut last: Option<(String, Instant)> = None;
    loop {
        let error = match attempt() {
            Err(error) if error.is::<Locked>() => format!("{error:#}"),
            outcome => return outcome,
        };
        if !last.as_ref().is_some_and(|(text, at)| *text == error && at.elapsed() < LOG_INTERVAL) {
            log::warn!("waiting. {error}");
            last = Some((error, Instant::now()));
        }
    }
}

pub(super) fn limit_lock_wait(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        Conn::Postgres(_) => Ok(()),
        Conn::Sqlite(conn) => conn.batch_execute(SQLITE_LOCK_TIMEOUT),
    }
}

/// Turns a lock timeout into [`Locked`]; the connection must be out of its transaction.
pub(super) fn name_holder(target: &Target, conn: &mut Conn, error: anyhow::Error) -> anyhow::Error {
    if !dialect::is_lock_timeout(&format!("{error:#}")) {
        return error;
    }
    match conn {
        Conn::Postgres(conn) => Locked(describe(holder(conn).ok().flatten().as_ref())).into(),
        Conn::Sqlite(_) => locked_file(target),
    }
}

/// [`Locked`] for an SQLite file, which does not tell by whom.
pub(super) fn locked_file(target: &Target) -> anyhow::Error {
    let sentence = format!(
        "another process has been writing to it for more than 2 seconds ({target:?}); let it finish, or end it"
    );
    Locked(sentence).into()
}

fn holder(conn: &mut PgConnection) -> QueryResult<Option<Holder>> {
    sql_query(HOLDER).get_result(conn).optional()
}

fn describe(holder: Option<&Holder>) -> String {
    match holder {
        Some(Holder { pid, name, state }) => format!(
            "process {pid} of PostgreSQL ({name}{state}) has held a lock for more than 2 seconds; let it finish, or \
             end it with `SELECT pg_terminate_backend({pid})`"
        ),
        None => "another connection has held a lock for more than 2 seconds".to_owned(),
    }
}
