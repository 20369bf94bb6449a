//! The database: `read` and `write` run a closure in one transaction.
//! Only this module and its children distinguish PostgreSQL and SQLite.

mod account_count;
mod account_details;
pub mod account_record;
mod address;
mod among;
mod batches;
mod cell;
mod checkpoint;
mod connection;
pub mod copying;
pub mod damage;
mod data_file;
pub mod deliveries;
pub mod dialect;
pub mod dump;
pub mod events;
pub mod exchange;
mod exposure;
mod first_lock;
pub mod fixed_sql;
mod grant_state;
mod group_commit;
pub mod insertion;
pub mod inspection;
mod lane;
mod last_time;
mod limited;
mod log_limit;
pub mod migrations;
pub mod operations;
pub mod packed_rows;
pub mod pattern;
mod permits;
mod pooling;
mod postgres_settings;
mod prepared;
mod queued_pool;
mod readiness;
mod retry;
pub mod signal;
mod sqlite_access;
pub mod statement;
mod statement_timeout;
mod supervision;
mod target;
mod together;
mod turns;
pub mod types;
pub mod unheld;
pub mod waiting;

use std::{
    sync::{Arc, Mutex, PoisonError, Weak},
    time::{Duration, Instant},
};

pub use self::{
    account_count::AccountCount,
    account_details::AccountDetails,
    among::among,
    cell::{Cell, Dialect},
    connection::{Conn, MultiBackend},
    dialect::Intent,
    first_lock::FirstLock,
    grant_state::GrantState,
    lane::Lane,
    limited::Limited,
    pooling::Pooling,
    prepared::{Prepared, Variant},
    queued_pool::max_connections,
    target::Target,
    together::{Steps, Two, together},
};
use self::{
    batches::Batches,
    data_file::DataFile,
    events::Listener,
    group_commit::{GroupCommit, Sharing},
    permits::{Permits, QueueTimeouts, Share},
    queued_pool::{Generation, QueuedPool},
    readiness::Readiness,
    signal::Signal,
    unheld::AskedFor,
};
use crate::error::Result;

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
/// More records in one transaction take long.
const MAX_SHARED_RECORDS: usize = 20;
/// Each connection to SQLite has a page cache of its own in memory.
const MAX_SQLITE_READERS: u32 = 4;

/// The connections of one database, for reading and for writing. Clones share them.
#[derive(Clone)]
pub struct Db {
    /// With which requests those of this clone take turns.
    lane: Lane,
    readers: QueuedPool,
    writers: Writers,
    unheld: Batches,
    asked_for: AskedFor,
    signal: Signal,
    readiness: Readiness,
    generation: Generation,
    file: DataFile,
}

/// How transactions that write get a connection.
#[derive(Clone)]
enum Writers {
    /// PostgreSQL: the same pool as for reading, with permits of their own.
    Pool(QueuedPool),
    /// SQLite, where one transaction at a time can write.
    Group(GroupCommit),
}

impl Db {
    /// The database must exist. Connections are opened when they are first needed; SQLite gets one writer.
    /// It is not ready while less than `min_free_disk_percent` of SQLite's disk is free.
    pub fn open(target: &Target, pooling: Pooling, connections: u32, min_free_disk_percent: u32) -> Self {
        let (signal, generation) = (Signal::default(), Generation::default());
        let file = DataFile::new(target);
        let trusted_since = Arc::new(Mutex::new(Instant::now()));
        let queued = |pool, permits, share| QueuedPool {
            pool,
            permits: Permits::new(permits, share, QUEUE_TIMEOUTS.stalled),
            timeouts: QUEUE_TIMEOUTS,
            trusted_since: Arc::clone(&trusted_since),
            signal: signal.clone(),
            generation: Arc::clone(&generation),
            file: file.clone(),
            first_lock: None,
            listener: None,
        };
        let (readers, writers) = match target {
            Target::Postgres(_) => {
                let pool = queued_pool::open(target, pooling, connections);
                let readers = queued(pool.clone(), connections.div_ceil(2), Share::Half);
                let writers = match connections / 2 {
                    0 => readers.clone(),
                    writers => queued(pool, writers, Share::One),
                };
                (readers, Writers::Pool(writers))
            }
            Target::Sqlite(_) => {
                let (file, signal, generation) = (file.clone(), signal.clone(), Arc::clone(&generation));
                let writer = GroupCommit::start(target, SQLITE_WRITE_TIMEOUTS, file, signal, generation);
                let pool = queued_pool::open(target, pooling, MAX_SQLITE_READERS);
                (queued(pool, MAX_SQLITE_READERS, Share::Half), Writers::Group(writer))
            }
        };
        let readiness = Readiness::new(target.folder(), min_free_disk_percent);
        let unheld = Batches::new(unheld::call);
        let asked_for = AskedFor::default();
        Self { lane: Lane::Service, readers, writers, unheld, asked_for, signal, readiness, generation, file }
    }

    /// The same connections with a listener that hears of what is written through them.
    pub fn heard_by(mut self, listener: &Arc<dyn Listener>) -> Self {
        match &mut self.writers {
            Writers::Pool(pool) => pool.listener = Some(Arc::clone(listener)),
            Writers::Group(writer) => writer.listener = Some(Arc::clone(listener)),
        }
        self
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

    /// The same connections with longer timeouts, for many parallel requests that should wait rather than get 503.
    pub fn with_long_timeouts(&self) -> Self {
        // On SQLite a lock timeout means that another process holds the file, which is not a matter of patience.
        let patient = |timeouts| QueueTimeouts { total: LONG_QUEUE_TIMEOUT, ..timeouts };
        let mut db = self.clone();
        db.readers.timeouts = patient(db.readers.timeouts);
        match &mut db.writers {
            Writers::Pool(pool) => {
                pool.timeouts = QueueTimeouts { retry: LONG_QUEUE_TIMEOUT, ..patient(pool.timeouts) };
                db.readers.timeouts = pool.timeouts;
            }
            Writers::Group(writer) => writer.timeouts = patient(writer.timeouts),
        }
        db
    }

    /// The same connections for a request of this lane.
    pub fn in_lane(&self, lane: Lane) -> Self {
        Self { lane, ..self.clone() }
    }

    /// The same connections for a request about this workspace, if it is known before: on PostgreSQL its writes lock the
    /// workspace when they begin. If the request turns out to be about another one, they begin again.
    pub fn in_workspace(&self, first_lock: Option<FirstLock>) -> Self {
        let mut db = self.in_lane(Lane::of_workspace(first_lock.map(FirstLock::workspace_id)));
        if let Writers::Pool(pool) = &mut db.writers {
            pool.first_lock = first_lock;
        }
        db
    }

    /// Refuses the requests that wait for a connection and those that come later, with 503. Running transactions go on.
    pub fn close(&self) {
        self.readers.permits.close();
        match &self.writers {
            Writers::Pool(pool) => pool.permits.close(),
            Writers::Group(writer) => writer.close(),
        }
    }

    /// Runs a read-only transaction on one snapshot of the database.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.readers.run(self.lane, Intent::Read, work).await
    }

    /// Reads without a transaction: one statement, or several that need not see the same snapshot of the database.
    pub async fn read_at_once<T, F>(&self, work: F) -> Result<T>
    where
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.readers.run(self.lane, Intent::Look, work).await
    }

    /// Runs a transaction that writes. It may run several times, for example after a deadlock,
    /// so the closure must have no effect outside the database. On SQLite it shares its COMMIT with others, so it must be
    /// short.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.write_with(Sharing::Shared, work).await
    }

    /// The same for a closure that may take long: others do not wait for its end to be committed.
    pub async fn write_long<T, F>(&self, work: F) -> Result<T>
    where
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.write_with(Sharing::Alone, work).await
    }

    /// Writes so many records, and takes long if they are many.
    pub async fn write_many<T, F>(&self, records: usize, work: F) -> Result<T>
    where
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let sharing = if records > MAX_SHARED_RECORDS { Sharing::Alone } else { Sharing::Shared };
        self.write_with(sharing, work).await
    }

    /// Writes so many records that tell of a read, and locks no workspace. The read should not wait for the changes of
    /// its workspace: on PostgreSQL this takes a permit for reading; on SQLite a workspace takes the turn of the service.
    pub async fn write_among_reads<T, F>(&self, records: usize, work: F) -> Result<T>
    where
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let lane = match self.lane {
            Lane::Workspace(_) => Lane::Service,
            lane => lane,
        };
        match &self.writers {
            Writers::Pool(_) => self.readers.run(self.lane, Intent::Write, work).await,
            Writers::Group(_) => self.in_lane(lane).write_many(records, work).await,
        }
    }

    async fn write_with<T, F>(&self, sharing: Sharing, work: F) -> Result<T>
    where
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        match &self.writers {
            Writers::Pool(pool) => pool.run(self.lane, Intent::Write, work).await,
            Writers::Group(writer) => writer.run(self.lane, sharing, work).await,
        }
    }
}
