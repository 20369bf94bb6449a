//! One connection type for both databases, and the pool's manager that opens it.
//! The settings of a session are set once, when it connects.

use std::{
    thread,
    time::{Duration, Instant},
};

use diesel::{
    ConnectionResult, PgConnection, SqliteConnection,
    connection::{CacheSize, Connection as _, SimpleConnection as _, TransactionManager as _},
    r2d2::ManageConnection,
};

use super::{
    Pooling, Target, address,
    dialect::{self, Fault},
    operations, pattern, postgres_settings, supervision,
};

/// A connection to either database. Their differences are in [`super::dialect`].
#[derive(diesel::MultiConnection)]
pub enum Conn {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

const SQLITE_SETTINGS: &str = "
    PRAGMA busy_timeout = 5000;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA foreign_keys = ON;
    PRAGMA secure_delete = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA cell_size_check = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -512;";

/// A permit is given back while another process holds the lock, so that every request waits equally long.
const POOLED_SQLITE_SETTINGS: &str = "PRAGMA busy_timeout = 250";

/// The writer waits for the lock of another process in short steps, so that requests can stop waiting. It copies the log to
/// the file by itself, but not later than after 64 MB. It has a larger cache than the many that read.
const SQLITE_WRITER_SETTINGS: &str =
    "PRAGMA busy_timeout = 250; PRAGMA wal_autocheckpoint = 16000; PRAGMA cache_size = -2000";

const SET_UP_TIMEOUT: Duration = Duration::from_secs(2);
const SET_UP_RETRY_DELAY: Duration = Duration::from_millis(10);

impl Target {
    /// Opens a connection and sets its session's settings.
    pub fn connect(&self) -> ConnectionResult<Conn> {
        match self {
            Self::Postgres(url) => {
                let mut connection = PgConnection::establish(&address::with_defaults(url))?;
                connection
                    .batch_execute(&postgres_settings::for_session())
                    .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
                Ok(Conn::Postgres(connection))
            }
            Self::Sqlite(path) => {
                let mut connection = SqliteConnection::establish(&path.to_string_lossy())?;
                set_up_sqlite(&mut connection)
                    .and_then(|()| pattern::register(&mut connection))
                    .and_then(|()| operations::register(&mut connection))
                    .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
                Ok(Conn::Sqlite(connection))
            }
        }
    }
}

impl Target {
    /// Opens a connection that keeps nothing in its session, for transactions of [`Pooling::Transaction`].
    pub(super) fn connect_without_session(&self) -> ConnectionResult<Conn> {
        let Self::Postgres(url) = self else { return self.connect() };
        let mut connection = PgConnection::establish(&address::with_defaults(url))?;
        connection.set_prepared_statement_cache_size(CacheSize::Disabled);
        Ok(Conn::Postgres(connection))
    }

    /// Opens the connection that alone writes to SQLite in this process.
    pub(super) fn connect_writer(&self) -> ConnectionResult<Conn> {
        let mut conn = self.connect()?;
        supervision::observe(&mut conn);
        if let Conn::Sqlite(sqlite) = &mut conn {
            sqlite
                .batch_execute(SQLITE_WRITER_SETTINGS)
                .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
        }
        Ok(conn)
    }
}

/// Tries again while another process sets up the same new file: switching to a write-ahead log fails at once if the file
/// is locked, whatever the busy timeout.
fn set_up_sqlite(connection: &mut SqliteConnection) -> diesel::QueryResult<()> {
    let since = Instant::now();
    loop {
        match connection.batch_execute(SQLITE_SETTINGS) {
            Err(failure)
                if dialect::classify(&failure) == Fault::LockTimeout && since.elapsed() < SET_UP_TIMEOUT =>
            {
                thread::sleep(SET_UP_RETRY_DELAY);
            }
            outcome => return outcome,
        }
    }
}

/// A connection in the pool, and what decides whether it can be used again.
pub struct PooledConn {
    pub conn: Conn,
    pub opened_at: Instant,
    pub used_at: Instant,
    pub broken: bool,
    /// Whether COMMIT was sent. If the connection breaks after that, the outcome is unknown, so nothing is retried.
    pub sent_commit: bool,
    pub pooling: Pooling,
}

/// Opens the connections of the pool.
#[derive(Debug, Clone)]
pub struct Manager {
    pub target: Target,
    pub pooling: Pooling,
}

impl ManageConnection for Manager {
    type Connection = PooledConn;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<PooledConn, Self::Error> {
        let opened_at = Instant::now();
        let Self { target, pooling } = self;
        let opened = match pooling {
            Pooling::None => target.connect(),
            Pooling::Transaction => target.connect_without_session(),
        };
        let mut conn = opened.map_err(diesel::r2d2::Error::ConnectionError)?;
        supervision::observe(&mut conn);
        if let Conn::Sqlite(sqlite) = &mut conn {
            sqlite.batch_execute(POOLED_SQLITE_SETTINGS).map_err(diesel::r2d2::Error::QueryError)?;
        }
        Ok(PooledConn {
            conn,
            opened_at,
            used_at: Instant::now(),
            broken: false,
            sent_commit: false,
            pooling: *pooling,
        })
    }

    /// Never called, because the pool does not ping: a dead connection fails at BEGIN and is then replaced.
    fn is_valid(&self, _: &mut PooledConn) -> Result<(), Self::Error> {
        Ok(())
    }

    fn has_broken(&self, pooled: &mut PooledConn) -> bool {
        pooled.broken || std::thread::panicking() || dialect::is_in_transaction(&mut pooled.conn)
    }
}

impl Conn {
    pub(super) fn roll_back(&mut self) -> diesel::QueryResult<()> {
        <Self as diesel::Connection>::TransactionManager::rollback_transaction(self)
    }

    pub(super) fn commit(&mut self) -> diesel::QueryResult<()> {
        <Self as diesel::Connection>::TransactionManager::commit_transaction(self)
    }
}
