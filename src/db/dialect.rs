//! The differences between the two databases. Code outside `src/db/` does not know which one it uses.

use std::{borrow::Cow, sync::LazyLock};

use diesel::{
    ExpressionMethods as _, IntoSql as _, NullableExpressionMethods as _, OptionalExtension as _,
    QueryDsl as _, QueryResult, RunQueryDsl as _,
    connection::{
        AnsiTransactionManager, SimpleConnection as _, TransactionManager as _, TransactionManagerStatus,
    },
    result::{DatabaseErrorKind, Error as Failure},
    sql_types::{Text, Untyped},
};
use serde::Serialize;

use super::{
    FirstLock, Pooling, among, connection::Conn, first_lock, fixed_sql::fixed_sql, postgres_settings,
    types::Uuid,
};
use crate::{
    clock::Moment,
    prepared,
    schema::{grants, jobs, users, workspaces},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    Read,
    Write,
    /// Statements that read, each for itself.
    Look,
    /// One statement that commits itself.
    Call,
}

const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";

static BEGIN_POOLED_READ: LazyLock<String> =
    LazyLock::new(|| format!("{BEGIN_READ} NOT DEFERRABLE; {}", postgres_settings::for_read()));

static BEGIN_POOLED_WRITE: LazyLock<String> =
    LazyLock::new(|| format!("{BEGIN_WRITE} READ WRITE NOT DEFERRABLE; {}", postgres_settings::for_write()));

/// A read sees one snapshot. A write takes SQLite's lock at once: taking it after a read can fail without waiting.
/// Behind a pooler, the settings go with BEGIN, and so does the first lock, which is of a workspace.
pub(super) fn begin(
    conn: &mut Conn,
    intent: Intent,
    pooling: Pooling,
    first_lock: Option<FirstLock>,
) -> QueryResult<()> {
    match (conn, intent) {
        (Conn::Sqlite(_), Intent::Look) => Ok(()),
        (Conn::Postgres(_), Intent::Look) if pooling == Pooling::None => Ok(()),
        (Conn::Postgres(conn), intent) => {
            let begin = begin_of_postgres(intent, pooling);
            let sql = first_lock
                .map_or(Cow::Borrowed(begin), |lock| Cow::Owned(format!("{begin}; {}", lock.sql())));
            let outcome = AnsiTransactionManager::begin_transaction_sql(conn, &sql);
            if outcome.is_err() {
                // The server has begun a transaction of which diesel does not know.
                _ = conn.batch_execute("ROLLBACK");
            }
            outcome
        }
        (Conn::Sqlite(conn), Intent::Read) => AnsiTransactionManager::begin_transaction(conn),
        (Conn::Sqlite(conn), Intent::Write | Intent::Call) => {
            AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE")
        }
    }
}

fn begin_of_postgres(intent: Intent, pooling: Pooling) -> &'static str {
    match (intent, pooling) {
        (Intent::Read | Intent::Look, Pooling::None) => BEGIN_READ,
        (Intent::Read | Intent::Look, Pooling::Transaction) => &BEGIN_POOLED_READ,
        (Intent::Write | Intent::Call, Pooling::None) => BEGIN_WRITE,
        (Intent::Write | Intent::Call, Pooling::Transaction) => &BEGIN_POOLED_WRITE,
    }
}

/// A read that sets only what it needs, so that it sees how the server is set up.
pub(super) fn begin_inspection(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        Conn::Postgres(conn) => {
            let settings = postgres_settings::for_inspection();
            let sql = format!("{BEGIN_READ}; {settings}");
            AnsiTransactionManager::begin_transaction_sql(conn, &sql)
        }
        Conn::Sqlite(conn) => AnsiTransactionManager::begin_transaction(conn),
    }
}

pub(super) fn is_in_transaction(conn: &mut Conn) -> bool {
    let status = match conn {
        Conn::Postgres(conn) => AnsiTransactionManager::transaction_manager_status_mut(conn),
        Conn::Sqlite(conn) => AnsiTransactionManager::transaction_manager_status_mut(conn),
    };
    !matches!(status, TransactionManagerStatus::Valid(valid) if valid.transaction_depth().is_none())
}

/// Begins what can be rolled back alone inside an SQLite transaction. Diesel does not count this savepoint; its own ones
/// nest inside.
pub(super) fn savepoint(conn: &mut Conn) -> QueryResult<()> {
    conn.batch_execute("SAVEPOINT one_of_group")
}

/// Fails if SQLite has ended the transaction by itself, as it may when the disk is full. No deferred key is checked.
pub(super) fn release_savepoint(conn: &mut Conn) -> QueryResult<()> {
    conn.batch_execute("RELEASE one_of_group")
}

/// `ROLLBACK TO` alone would leave the savepoint open.
pub(super) fn roll_back_to_savepoint(conn: &mut Conn) -> QueryResult<()> {
    conn.batch_execute("ROLLBACK TO one_of_group; RELEASE one_of_group")
}

/// Lets one process at a time migrate or change the list of keys, until the transaction ends. A lock timeout means that
/// another process does so. For SQLite, `BEGIN IMMEDIATE` is enough.
pub fn lock_installation(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        Conn::Postgres(conn) => conn.batch_execute("SELECT pg_advisory_xact_lock(7240131978)"),
        Conn::Sqlite(_) => Ok(()),
    }
}

/// The workspaces that no other transaction changes until this one ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locked {
    /// On SQLite, where one transaction at a time writes.
    All,
    Only(i64),
    None,
}

impl Locked {
    pub fn includes(self, workspace_id: i64) -> bool {
        self == Self::All || self == Self::Only(workspace_id)
    }
}

/// Locks the workspace of a user in a separate statement, unless this transaction began with a lock.
/// The user may change workspaces while this waits, so the caller reads the user again afterwards.
pub fn lock_workspace_of_user(conn: &mut Conn, user_id: i64) -> QueryResult<Locked> {
    let Conn::Postgres(conn) = conn else { return Ok(Locked::All) };
    if let Some(id) = first_lock::current() {
        return Ok(Locked::Only(id));
    }
    let workspace_id = users::table.find(user_id).select(users::workspace_id);
    let locked = workspaces::table
        .filter(workspaces::id.nullable().eq(workspace_id.single_value()))
        .select(workspaces::id)
        .for_no_key_update()
        .get_result(conn)
        .optional()?;
    Ok(locked.map_or(Locked::None, Locked::Only))
}

/// Locks a workspace, unless this transaction began with this lock.
pub fn lock_workspace(conn: &mut Conn, id: i64) -> QueryResult<()> {
    if first_lock::current() == Some(id) { Ok(()) } else { lock_workspaces(conn, vec![id]) }
}

/// Locks workspaces in the order of their ids, so that two transactions never deadlock.
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

/// Locks grants of a workspace in the order of their ids, so that two transactions never deadlock.
pub fn lock_grants(conn: &mut Conn, workspace_id: i64, ids: &[Uuid]) -> QueryResult<()> {
    if let Conn::Postgres(conn) = conn
        && !ids.is_empty()
    {
        let locked = grants::table
            .filter(grants::workspace_id.eq(workspace_id))
            .filter(among(grants::id, ids.iter().map(|id| id.0)))
            .order(grants::id)
            .select(grants::id)
            .for_no_key_update();
        locked.load::<Uuid>(conn)?;
    }
    Ok(())
}

/// A claim to insert.
#[derive(Debug, Serialize)]
pub struct NewClaim<'a> {
    pub workspace_id: i64,
    pub provider: &'a str,
    pub key: &'a str,
    pub scope: &'a str,
}

/// Inserts claims unless they exist. Has no conflict target, because either of two unique indexes may be violated.
pub fn insert_claims(conn: &mut Conn, claims: &[NewClaim]) -> QueryResult<usize> {
    let insert = fixed_sql::<Untyped>(
        conn,
        "INSERT INTO social_claims (workspace_id, provider, key, scope) \
         SELECT (value ->> 'workspace_id')::bigint, value ->> 'provider', value ->> 'key', value ->> 'scope' \
         FROM jsonb_array_elements(?::jsonb) ON CONFLICT DO NOTHING",
        "INSERT INTO social_claims (workspace_id, provider, key, scope) \
         SELECT value ->> 'workspace_id', value ->> 'provider', value ->> 'key', value ->> 'scope' \
         FROM json_each(?) WHERE true ON CONFLICT DO NOTHING",
    );
    let claims = serde_json::to_string(claims).map_err(|error| Failure::SerializationError(error.into()))?;
    prepared!(insert.bind(claims.into_sql::<Text>())).execute(conn)
}

/// Locks the next due job of a kind, so that no other process takes it. Skips jobs that are already locked.
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

pub(super) fn text_for(conn: &Conn, postgres: &'static str, sqlite: &'static str) -> &'static str {
    match conn {
        Conn::Postgres(_) => postgres,
        Conn::Sqlite(_) => sqlite,
    }
}

pub(super) const MOVED: &str = "the person is not in the workspace that this transaction locks";

/// The transaction starts again instead of locking the other workspace too: locks are taken in the order of the ids,
/// and a second lock out of order could cause a deadlock.
pub fn moved_error() -> Failure {
    retry_error(MOVED)
}

/// An error that rolls the transaction back, which releases its locks, and runs it again.
pub fn retry_error(why: &str) -> Failure {
    Failure::DatabaseError(DatabaseErrorKind::SerializationFailure, Box::new(why.to_owned()))
}

pub(super) fn is_moved(failure: &Failure) -> bool {
    matches!(failure, Failure::DatabaseError(_, details) if details.message() == MOVED)
}

/// What a failure of the database means. Diesel reports most of these as `Unknown`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// A conflict with another transaction, such as a deadlock; the work can run again.
    RolledBack,
    ConnectionLost,
    LockTimeout,
    /// A statement timed out, or the server is overloaded, starting or shutting down.
    Busy,
    DiskFull,
    /// The database takes no writes or lacks a table: its server is a standby, its file system became read-only after
    /// an error, or somebody changed the schema. A new connection may find another server.
    OutOfService,
    ConstraintViolation,
    /// A mistake in the statement.
    Bug,
}

/// Parts of the databases' messages, in English: for these failures there is no code that diesel passes on.
const ROLLED_BACK: [&str; 2] = ["deadlock detected", "could not serialize access"];
const CONNECTION_LOST: [&str; 9] = [
    "server closed the connection",
    "terminating connection",
    "connection not open",
    "no connection to the server",
    "connection to server",
    "could not receive data",
    "could not send data",
    // PgBouncer's.
    "server conn crashed",
    "client_idle_timeout",
];
const LOCK_TIMEOUT: [&str; 4] =
    ["database is locked", "database table is locked", "database schema is locked", "lock timeout"];
const BUSY: [&str; 12] = [
    "statement timeout",
    "idle-in-transaction timeout",
    "canceling statement due to user request",
    "canceling statement due to conflict with recovery",
    "out of memory",
    "out of shared memory",
    "too many clients",
    "remaining connection slots",
    "is starting up",
    "is shutting down",
    // PgBouncer's.
    "query_wait_timeout",
    "cannot connect to server",
];
const DISK_FULL: [&str; 4] =
    ["database or disk is full", "No space left on device", "disk full", "Disk quota exceeded"];
const OUT_OF_SERVICE: [&str; 11] = [
    "in a read-only transaction",
    "during recovery",
    "attempt to write a readonly database",
    "disk I/O error",
    "unable to open database file",
    "could not write",
    "could not extend file",
    "could not fsync",
    "Read-only file system",
    "Input/output error",
    "no such table",
];

/// [`Fault::Bug`] if neither diesel's error nor the message is known.
pub(super) fn classify(failure: &Failure) -> Fault {
    let Failure::DatabaseError(kind, details) = failure else {
        return match failure {
            Failure::BrokenTransactionManager => Fault::ConnectionLost,
            // Another transaction deleted the row after an earlier statement found it.
            Failure::NotFound => Fault::RolledBack,
            _ => Fault::Bug,
        };
    };
    let message = details.message();
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| message.contains(phrase));
    match kind {
        DatabaseErrorKind::SerializationFailure => Fault::RolledBack,
        DatabaseErrorKind::ClosedConnection => Fault::ConnectionLost,
        DatabaseErrorKind::UniqueViolation
        | DatabaseErrorKind::ForeignKeyViolation
        | DatabaseErrorKind::CheckViolation
        | DatabaseErrorKind::NotNullViolation => Fault::ConstraintViolation,
        _ if says(&ROLLED_BACK) => Fault::RolledBack,
        _ if says(&CONNECTION_LOST) => Fault::ConnectionLost,
        _ if says(&LOCK_TIMEOUT) => Fault::LockTimeout,
        _ if says(&BUSY) => Fault::Busy,
        _ if says(&DISK_FULL) => Fault::DiskFull,
        _ if says(&OUT_OF_SERVICE) || is_missing_relation(message) => Fault::OutOfService,
        _ => Fault::Bug,
    }
}

/// Whether the text of an error, with its causes, tells that another transaction held a lock for too long.
pub(super) fn is_lock_timeout(error: &str) -> bool {
    LOCK_TIMEOUT.iter().any(|phrase| error.contains(phrase))
}

/// PostgreSQL's `relation "users" does not exist`.
fn is_missing_relation(message: &str) -> bool {
    message.starts_with("relation ") && message.ends_with("does not exist")
}

/// The violated unique index as table and columns, `users_email`; `None` for another failure.
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
