//! What the two databases do differently. Outside of `src/db/`, nothing asks which of them it talks to.

use diesel::{
    ExpressionMethods as _, NullableExpressionMethods as _, OptionalExtension as _, QueryDsl as _,
    QueryResult, RunQueryDsl as _,
    connection::{
        AnsiTransactionManager, SimpleConnection as _, TransactionManager as _, TransactionManagerStatus,
    },
    result::{DatabaseErrorKind, Error as Failure},
};

use super::{connection::Conn, types::Uuid};
use crate::{
    clock::Moment,
    schema::{jobs, social_claims, throttles, users, workspaces},
};

/// How a transaction means to use the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    Read,
    Write,
}

/// Reads see one moment; writes take SQLite's lock at once, for a deferred one fails whatever the timeout.
pub(super) fn begin(conn: &mut Conn, intent: Intent) -> QueryResult<()> {
    match (conn, intent) {
        (Conn::Postgres(conn), Intent::Read) => AnsiTransactionManager::begin_transaction_sql(
            conn,
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        ),
        (Conn::Postgres(conn), Intent::Write) => AnsiTransactionManager::begin_transaction(conn),
        (Conn::Sqlite(conn), Intent::Read) => AnsiTransactionManager::begin_transaction(conn),
        (Conn::Sqlite(conn), Intent::Write) => {
            AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE")
        }
    }
}

pub(super) fn is_in_transaction(conn: &mut Conn) -> bool {
    let status = match conn {
        Conn::Postgres(conn) => AnsiTransactionManager::transaction_manager_status_mut(conn),
        Conn::Sqlite(conn) => AnsiTransactionManager::transaction_manager_status_mut(conn),
    };
    !matches!(status, TransactionManagerStatus::Valid(valid) if valid.transaction_depth().is_none())
}

/// One process migrates at a time. Held until the transaction ends; SQLite's `BEGIN IMMEDIATE` is lock enough.
pub(super) fn lock_for_migration(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        Conn::Postgres(conn) => conn.batch_execute(
            "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock(7240131978)",
        ),
        Conn::Sqlite(_) => Ok(()),
    }
}

/// Locks the workspace a user stands in, in a statement of its own, and says which one it is.
/// The user may have moved while this waited: what is read afterwards tells.
pub fn lock_workspace_of(conn: &mut Conn, user_id: i64) -> QueryResult<Option<i64>> {
    let workspace_id = users::table.find(user_id).select(users::workspace_id);
    match conn {
        Conn::Postgres(conn) => workspaces::table
            .filter(workspaces::id.nullable().eq(workspace_id.single_value()))
            .select(workspaces::id)
            .for_no_key_update()
            .get_result(conn)
            .optional(),
        Conn::Sqlite(conn) => workspace_id.get_result(conn).optional(),
    }
}

/// Locks workspaces in the order of their ids, so that two movers never wait for each other.
pub fn lock_workspaces(conn: &mut Conn, mut ids: Vec<i64>) -> QueryResult<()> {
    ids.sort_unstable();
    ids.dedup();
    if let Conn::Postgres(conn) = conn {
        for id in ids {
            workspaces::table
                .find(id)
                .select(workspaces::id)
                .for_no_key_update()
                .first::<i64>(conn)
                .optional()?;
        }
    }
    Ok(())
}

/// Takes a claim unless it exists. No conflict target: there are two unique indexes, and either may speak.
pub fn take_claim(
    conn: &mut Conn,
    workspace_id: i64,
    provider: &str,
    key: &str,
    scope: &str,
) -> QueryResult<usize> {
    let claim = (
        social_claims::workspace_id.eq(workspace_id),
        social_claims::provider.eq(provider),
        social_claims::key.eq(key),
        social_claims::scope.eq(scope),
    );
    match conn {
        Conn::Postgres(conn) => {
            diesel::insert_into(social_claims::table).values(claim).on_conflict_do_nothing().execute(conn)
        }
        Conn::Sqlite(conn) => {
            diesel::insert_into(social_claims::table).values(claim).on_conflict_do_nothing().execute(conn)
        }
    }
}

/// The attempts written down under a throttle's key, locked until the transaction ends; none yet is the empty text.
pub fn lock_attempts(conn: &mut Conn, key: &str, now: Moment) -> QueryResult<String> {
    let row = throttles::table.find(key).select(throttles::attempts);
    let first = (throttles::key.eq(key), throttles::attempts.eq(""), throttles::expires_at.eq(now));
    match conn {
        Conn::Postgres(conn) => {
            diesel::insert_into(throttles::table).values(first).on_conflict_do_nothing().execute(conn)?;
            row.for_update().first(conn)
        }
        Conn::Sqlite(conn) => {
            diesel::insert_into(throttles::table).values(first).on_conflict_do_nothing().execute(conn)?;
            row.first(conn)
        }
    }
}

/// The next job of a kind that is due, locked so that no other process takes it. Jobs that are locked are passed over.
pub fn lock_due_job(conn: &mut Conn, kind: &str, now: Moment) -> QueryResult<Option<Uuid>> {
    let next = jobs::table
        .filter(jobs::kind.eq(kind))
        .filter(jobs::given_up_at.is_null())
        .filter(jobs::due_at.le(now))
        .order((jobs::priority, jobs::due_at))
        .limit(1)
        .select(jobs::id);
    match conn {
        Conn::Postgres(conn) => next.for_update().skip_locked().get_result(conn).optional(),
        Conn::Sqlite(conn) => next.get_result(conn).optional(),
    }
}

/// Gives all locks back and has the transaction run again.
pub fn start_over(why: &str) -> Failure {
    Failure::DatabaseError(DatabaseErrorKind::SerializationFailure, Box::new(why.to_owned()))
}

/// What a failure of the database means for the caller. Diesel knows most of these only as `Unknown`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Rolled back for the sake of another transaction; the same work may be tried again.
    Yielded,
    /// The connection is gone.
    Lost,
    /// Somebody else holds a lock.
    Locked,
    /// Timed out, starting or shutting down.
    Busy,
    DiskFull,
    /// A constraint had the last word.
    Violation,
    /// Ours: a mistake in the statement or the schema.
    Bug,
}

const YIELDED: [&str; 2] = ["deadlock detected", "could not serialize access"];
const LOST: [&str; 7] = [
    "server closed the connection",
    "terminating connection",
    "connection not open",
    "no connection to the server",
    "connection to server",
    "could not receive data",
    "could not send data",
];
const LOCKED: [&str; 4] =
    ["database is locked", "database table is locked", "database schema is locked", "lock timeout"];
const BUSY: [&str; 6] = [
    "statement timeout",
    "idle-in-transaction timeout",
    "too many clients",
    "remaining connection slots",
    "is starting up",
    "is shutting down",
];
const DISK_FULL: [&str; 3] = ["database or disk is full", "No space left on device", "disk full"];

pub(super) fn fault(failure: &Failure) -> Fault {
    let Failure::DatabaseError(kind, details) = failure else {
        return match failure {
            Failure::BrokenTransactionManager => Fault::Lost,
            // A row that was there a statement ago: somebody else was quicker.
            Failure::NotFound => Fault::Yielded,
            _ => Fault::Bug,
        };
    };
    let message = details.message();
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| message.contains(phrase));
    match kind {
        DatabaseErrorKind::SerializationFailure => Fault::Yielded,
        DatabaseErrorKind::ClosedConnection => Fault::Lost,
        DatabaseErrorKind::UniqueViolation
        | DatabaseErrorKind::ForeignKeyViolation
        | DatabaseErrorKind::CheckViolation
        | DatabaseErrorKind::NotNullViolation => Fault::Violation,
        _ if says(&YIELDED) => Fault::Yielded,
        _ if says(&LOST) => Fault::Lost,
        _ if says(&LOCKED) => Fault::Locked,
        _ if says(&BUSY) => Fault::Busy,
        _ if says(&DISK_FULL) => Fault::DiskFull,
        _ => Fault::Bug,
    }
}

/// The columns of the unique index that spoke, `users_email`, or `None` for another failure.
/// PostgreSQL names the index; SQLite lists `users.email`.
pub fn violated_unique(failure: &Failure) -> Option<String> {
    let Failure::DatabaseError(DatabaseErrorKind::UniqueViolation, details) = failure else {
        return None;
    };
    if let Some(index) = details.constraint_name() {
        return Some(index.to_owned());
    }
    let columns = details.message().rsplit_once(": ")?.1;
    let mut parts = columns.split(", ");
    let (table, first) = parts.next()?.split_once('.')?;
    let rest = parts.filter_map(|part| Some(part.split_once('.')?.1));
    Some(std::iter::once(table).chain(std::iter::once(first)).chain(rest).collect::<Vec<_>>().join("_"))
}
