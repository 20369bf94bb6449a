//! The database: `read` and `write` run a closure in one transaction.
//! Only this module and its children distinguish PostgreSQL and SQLite.

mod address;
mod cell;
mod connection;
pub mod copying;
pub mod damage;
mod data_file;
pub mod dialect;
pub mod dump;
pub mod exchange;
mod exposure;
pub mod inspection;
mod log_limit;
pub mod migrations;
mod pattern;
mod permits;
mod readiness;
pub mod signal;
mod sqlite_access;
pub mod statement;
mod statement_timeout;
mod supervision;
pub mod types;

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError, Weak},
    thread,
    time::{Duration, Instant},
};

use actix_web::web;
use diesel::r2d2::{Pool, PooledConnection};
use rand::RngExt as _;
use tokio::time::sleep;

pub use self::{
    cell::{Cell, Dialect},
    connection::{Conn, MultiBackend, Target},
    dialect::Intent,
};
use self::{
    connection::PooledConn,
    data_file::DataFile,
    dialect::Fault,
    permits::{Permits, QueueTimeouts},
    readiness::Readiness,
    signal::Signal,
    supervision::Supervision,
};
use crate::{
    error::{Error, Result},
    request_id,
};

const MAX_ATTEMPTS: u32 = 4;
const CHECKOUT_TIMEOUT: Duration = Duration::from_secs(2);
const QUEUE_TIMEOUTS: QueueTimeouts = QueueTimeouts {
    total: Duration::from_secs(10),
    stalled: Duration::from_secs(2),
    retry: Duration::from_secs(2),
};
/// Another process may hold the lock of an SQLite file for some seconds.
const SQLITE_WRITE_TIMEOUTS: QueueTimeouts = QueueTimeouts {
    total: Duration::from_secs(10),
    stalled: Duration::from_secs(5),
    retry: Duration::from_secs(5),
};
const LONG_QUEUE_TIMEOUT: Duration = Duration::from_secs(30);
/// Pause before retrying after a lock timeout.
const LOCK_RETRY_DELAY: Duration = Duration::from_millis(50);
/// They open connections. One that hangs, because the server froze meanwhile, must not stop the others.
const CONNECTING_THREADS: usize = 3;
/// Each connection to SQLite has a page cache of its own in memory.
const MAX_SQLITE_READERS: u32 = 4;

/// The connection pools of one database: one for reading, one for writing. Clones share them.
#[derive(Clone)]
pub struct Db {
    readers: QueuedPool,
    writers: QueuedPool,
    signal: Signal,
    readiness: Readiness,
    generation: Generation,
    file: DataFile,
    is_sqlite: bool,
}

/// Held by every transaction that began since the last call of [`Db::begin_generation`].
type Generation = Arc<Mutex<Arc<()>>>;

/// A pool of connections with a queue in front: each transaction needs a permit before it takes a connection.
#[derive(Clone)]
struct QueuedPool {
    pool: Pool<Target>,
    permits: Permits,
    timeouts: QueueTimeouts,
    trusted_since: Arc<Mutex<Instant>>,
    signal: Signal,
    generation: Generation,
    file: DataFile,
}

impl Db {
    /// The database must exist. Connections are opened when they are first needed; SQLite gets one writer.
    /// It is not ready while less than `min_free_disk_percent` of SQLite's disk is free.
    pub fn open(target: &Target, connections: u32, min_free_disk_percent: u32) -> Self {
        let (signal, generation) = (Signal::default(), Generation::default());
        let file = DataFile::new(target);
        let pool = |connections, timeouts| QueuedPool {
            pool: open_pool(target, connections),
            permits: Permits::new(connections),
            timeouts,
            trusted_since: Arc::new(Mutex::new(Instant::now())),
            signal: signal.clone(),
            generation: Arc::clone(&generation),
            file: file.clone(),
        };
        let (readers, writers) = match target {
            Target::Postgres(_) => {
                let pool = pool(connections, QUEUE_TIMEOUTS);
                (pool.clone(), pool)
            }
            Target::Sqlite(_) => (pool(MAX_SQLITE_READERS, QUEUE_TIMEOUTS), pool(1, SQLITE_WRITE_TIMEOUTS)),
        };
        let readiness = Readiness::new(target.folder(), min_free_disk_percent);
        let is_sqlite = matches!(target, Target::Sqlite(_));
        Self { readers, writers, signal, readiness, generation, file, is_sqlite }
    }

    /// The SQLite file, and what is known of it.
    pub fn file(&self) -> &DataFile {
        &self.file
    }

    /// 503 if the SQLite file is damaged or no longer in its place.
    pub fn expect_sound(&self) -> Result<()> {
        self.file.expect_in_place()?;
        self.file.expect_undamaged()
    }

    /// Separates the transactions of this process that begin from now on. What it returns can be upgraded while an
    /// earlier one is running.
    pub fn begin_generation(&self) -> Weak<()> {
        let mut current = self.generation.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::downgrade(&std::mem::take(&mut *current))
    }

    /// Wakes the job runner: a transaction of this process has written a job, or one has ended.
    pub fn signal(&self) -> &Signal {
        &self.signal
    }

    /// The same pools with longer timeouts, for many parallel requests that should wait rather than get 503.
    pub fn with_long_timeouts(&self) -> Self {
        let with_long_timeouts = |pool: &QueuedPool| {
            // On SQLite a lock timeout means that another process holds the file, which is not a matter of patience.
            let retry = if self.is_sqlite { pool.timeouts.retry } else { LONG_QUEUE_TIMEOUT };
            let timeouts = QueueTimeouts { total: LONG_QUEUE_TIMEOUT, retry, ..pool.timeouts };
            QueuedPool { timeouts, ..pool.clone() }
        };
        Self {
            readers: with_long_timeouts(&self.readers),
            writers: with_long_timeouts(&self.writers),
            ..self.clone()
        }
    }

    /// Refuses the requests that wait for a connection and those that come later, with 503. Running transactions go on.
    pub fn close(&self) {
        self.readers.permits.close();
        self.writers.permits.close();
    }

    /// Runs a read-only transaction on one snapshot of the database.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.readers.run(Intent::Read, work).await
    }

    /// Runs a transaction that writes. It may run several times, for example after a deadlock,
    /// so the closure must have no effect outside the database.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.writers.run(Intent::Write, work).await
    }
}

impl QueuedPool {
    async fn run<T, F>(&self, intent: Intent, work: F) -> Result<T>
    where
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let began = Instant::now();
        let mut work = work;
        loop {
            let permit = self.permits.acquire(self.timeouts, began).await?;
            let supervision = Supervision::new(self.permits.clone(), permit);
            let (pool, supervised) = (self.clone(), Arc::clone(&supervision));
            let generation = Arc::clone(&self.generation.lock().unwrap_or_else(PoisonError::into_inner));
            let task = web::block(request_id::carry(move || {
                let outcome = pool.run_with_retries(intent, &work, &supervised);
                drop(generation);
                (work, outcome)
            }));
            let Some(ended) = supervision.wait_for(task).await else {
                self.distrust_connections();
                return Err(Error::unavailable("the database does not answer"));
            };
            let outcome;
            (work, outcome) = ended.map_err(Error::ours)?;
            match outcome {
                Err(Error::Database(_)) if began.elapsed() < self.timeouts.retry => {
                    sleep(LOCK_RETRY_DELAY).await;
                }
                Err(Error::Database(failure)) => return Err(Error::unavailable(failure)),
                outcome => return outcome,
            }
        }
    }

    /// A connection that was opened after the last one was lost. Others may be lost as well, and to find that out takes
    /// as long for each.
    fn checkout(&self) -> Result<PooledConnection<Target>> {
        loop {
            let mut pooled = self.pool.get().map_err(Error::unavailable)?;
            if pooled.opened_at >= *self.trusted_since.lock().unwrap_or_else(PoisonError::into_inner) {
                return Ok(pooled);
            }
            pooled.broken = true;
        }
    }

    fn distrust_connections(&self) {
        *self.trusted_since.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// `Error::Database` means a lock timeout: the caller gives the permit back and tries again later.
    fn run_with_retries<T>(
        &self,
        intent: Intent,
        work: &impl Fn(&mut Conn) -> Result<T>,
        supervision: &Arc<Supervision>,
    ) -> Result<T> {
        if supervision.is_abandoned() {
            return Err(Error::unavailable("nobody waits for this transaction any more"));
        }
        let _supervised = supervision.enter();
        let mut attempts = 1;
        loop {
            self.file.expect_in_place()?;
            let mut pooled = self.checkout()?;
            signal::reset();
            let outcome = transact(&mut pooled, intent, &self.file, work, supervision);
            if outcome.is_ok() {
                self.signal.send_if_announced();
            }
            let Err(Error::Database(failure)) = outcome else {
                self.permits.note_progress();
                return outcome;
            };
            let fault = dialect::classify(&failure);
            if fault == Fault::ConnectionLost {
                self.distrust_connections();
            }
            match fault {
                _ if supervision.is_abandoned() => return Err(Error::unavailable(failure)),
                fault if attempts < MAX_ATTEMPTS && is_retryable(fault, pooled.sent_commit) => {
                    attempts += 1;
                    drop(pooled);
                    thread::sleep(Duration::from_millis(
                        rand::rng().random_range(1..=20) * u64::from(attempts),
                    ));
                }
                Fault::LockTimeout => {
                    self.permits.note_lock_timeout();
                    return Err(failure.into());
                }
                Fault::RolledBack | Fault::ConnectionLost | Fault::Busy | Fault::OutOfService => {
                    return Err(Error::unavailable(failure));
                }
                Fault::DiskFull => return Err(Error::DiskFull),
                Fault::ConstraintViolation | Fault::Bug => return Err(Error::ours(failure)),
            }
        }
    }
}

/// The pool may open twice as many connections: one more for each whose server no longer answers.
fn open_pool(target: &Target, connections: u32) -> Pool<Target> {
    Pool::builder()
        .max_size(connections * 2)
        .min_idle(Some(0))
        .connection_timeout(CHECKOUT_TIMEOUT)
        .test_on_check_out(false)
        .thread_pool(Arc::new(scheduled_thread_pool::ScheduledThreadPool::new(CONNECTING_THREADS)))
        .build_unchecked(target.clone())
}

/// After a constraint violation the work runs again and finds the row that caused it.
/// If the connection broke after COMMIT was sent, the transaction may have been committed, so it must not run again.
fn is_retryable(fault: Fault, sent_commit: bool) -> bool {
    match fault {
        Fault::RolledBack | Fault::ConstraintViolation => true,
        Fault::ConnectionLost => !sent_commit,
        Fault::LockTimeout | Fault::Busy | Fault::DiskFull | Fault::OutOfService | Fault::Bug => false,
    }
}

/// BEGIN, the work, COMMIT; after a failure ROLLBACK. A connection that cannot roll back is marked as broken.
fn transact<T>(
    pooled: &mut PooledConn,
    intent: Intent,
    file: &DataFile,
    work: &impl Fn(&mut Conn) -> Result<T>,
    supervision: &Supervision,
) -> Result<T> {
    pooled.sent_commit = false;
    let outcome = dialect::begin(&mut pooled.conn, intent).map_err(Error::from).and_then(|()| {
        supervision.note_answer();
        if intent == Intent::Write {
            file.expect_log_in_place(&mut pooled.log)?;
        }
        let answer = work(&mut pooled.conn)?;
        if supervision.is_abandoned() {
            return Err(Error::unavailable("nobody waits for this transaction any more"));
        }
        supervision.note_answer();
        pooled.sent_commit = true;
        pooled.conn.commit()?;
        Ok(answer)
    });
    if outcome.is_err() && dialect::is_in_transaction(&mut pooled.conn) {
        pooled.broken |= pooled.conn.roll_back().is_err();
    }
    // The connection is to the moved file, or to the one in its place.
    pooled.broken |= matches!(outcome, Err(Error::DatabaseMoved(_)));
    if let Err(Error::Database(failure)) = &outcome {
        pooled.broken |= matches!(dialect::classify(failure), Fault::ConnectionLost | Fault::OutOfService);
    }
    outcome
}

impl Target {
    /// Runs one transaction on a new connection, without retries: for start-up and the command line.
    pub fn transaction<T>(
        &self,
        intent: Intent,
        work: impl FnOnce(&mut Conn) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let mut conn = self.connect().map_err(|error| {
            let reason = match self {
                Self::Postgres(url) => {
                    let reason = address::redact_message(&error.to_string(), url);
                    format!("{reason}. Is it running, and is DATABASE_URL right?")
                }
                Self::Sqlite(path) => sqlite_access::explain(path, &error.to_string()),
            };
            anyhow::anyhow!("The database ({self:?}) cannot be opened: {reason}")
        })?;
        dialect::begin(&mut conn, intent)?;
        let outcome = work(&mut conn);
        match outcome {
            Ok(answer) => {
                conn.commit()?;
                Ok(answer)
            }
            Err(error) => {
                conn.roll_back()?;
                Err(error)
            }
        }
    }

    /// Parses `DATABASE_URL`; `None` means SQLite in the data folder. Errors: another scheme, or no such SQLite file.
    pub fn from_url(url: Option<&str>, data_dir: &Path) -> anyhow::Result<Self> {
        let Some(url) = url else { return Ok(Self::Sqlite(data_dir.join("roster.sqlite3"))) };
        match url.split_once(':') {
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(url.to_owned())),
            Some(("sqlite", path)) => {
                let path = Path::new(path.strip_prefix("//").unwrap_or(path));
                anyhow::ensure!(
                    path.is_file(),
                    "DATABASE_URL names {}, and there is no such file. Correct the path, or leave DATABASE_URL \
                     unset and have a database made in ROSTER_DATA_DIR",
                    path.display()
                );
                Ok(Self::Sqlite(path.to_owned()))
            }
            Some((scheme, _)) => anyhow::bail!(
                "DATABASE_URL begins with {scheme:?}, which is not a database Roster speaks. \
                 Use postgres://USER:PASSWORD@HOST/DATABASE or sqlite:///path/to/file"
            ),
            None => anyhow::bail!(
                "DATABASE_URL has no scheme. Use postgres://USER:PASSWORD@HOST/DATABASE or sqlite:///path/to/file"
            ),
        }
    }
}
