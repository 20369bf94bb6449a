//! The database: `read` and `write` take a closure that is one transaction.
//! Only this module and its children know that there are two kinds.

mod address;
mod cell;
mod connection;
pub mod copying;
pub mod dialect;
pub mod inspection;
pub mod migrations;
mod pattern;
mod permits;
pub mod signal;
pub mod statement;
mod statement_timeout;
pub mod types;

use std::{
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use actix_web::web;
use diesel::r2d2::Pool;
use rand::RngExt as _;
use tokio::time::sleep;

pub use self::{
    cell::{Cell, Dialect},
    connection::{Conn, MultiBackend, Target},
    dialect::Intent,
};
use self::{
    connection::Lent,
    dialect::Fault,
    permits::{Permit, Permits, QueueTimeouts},
    signal::Signal,
};
use crate::{
    error::{Error, Result},
    request_id,
};

const TRIES: u32 = 4;
const CHECKOUT_TIMEOUT: Duration = Duration::from_secs(2);
/// Long in a queue that moves, short if the database makes no progress.
const TIMEOUTS: QueueTimeouts =
    QueueTimeouts { turn: Duration::from_secs(10), standstill: Duration::from_secs(2) };
const LONG_TIMEOUTS: QueueTimeouts =
    QueueTimeouts { turn: Duration::from_secs(30), standstill: Duration::from_secs(30) };
/// Pause before retrying after a lock timeout.
const LOCK_RETRY_DELAY: Duration = Duration::from_millis(50);
/// SQLite has one writer; readers cost memory each.
const SQLITE_READERS: u32 = 4;

/// Both ways into one database. Clones share the pools.
#[derive(Clone)]
pub struct Db {
    readers: Lane,
    writers: Lane,
    signal: Signal,
}

#[derive(Clone)]
struct Lane {
    pool: Pool<Target>,
    permits: Permits,
    timeouts: QueueTimeouts,
    signal: Signal,
}

impl Db {
    /// Opens pools over a database that exists; connections are made when they are first needed.
    pub fn open(target: &Target, connections: u32) -> Self {
        let signal = Signal::default();
        let lane = |connections| Lane::new(target, connections, signal.clone());
        let (readers, writers) = match target {
            Target::Postgres(_) => {
                let lane = lane(connections);
                (lane.clone(), lane)
            }
            Target::Sqlite(_) => (lane(SQLITE_READERS), lane(1)),
        };
        Self { readers, writers, signal }
    }

    /// Sent after each commit of a transaction of this process that wrote a job.
    pub fn signal(&self) -> &Signal {
        &self.signal
    }

    /// The same database with timeouts for many parallel requests that prefer waiting to a 503.
    pub fn with_long_timeouts(&self) -> Self {
        let with_long_timeouts = |lane: &Lane| Lane { timeouts: LONG_TIMEOUTS, ..lane.clone() };
        Self {
            readers: with_long_timeouts(&self.readers),
            writers: with_long_timeouts(&self.writers),
            signal: self.signal.clone(),
        }
    }

    /// A transaction that only reads, at one moment.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.readers.run(Intent::Read, work).await
    }

    /// A transaction that writes. It may run again when it had to yield to another,
    /// so the closure leaves no trace outside the database.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.writers.run(Intent::Write, work).await
    }
}

impl Lane {
    fn new(target: &Target, connections: u32, signal: Signal) -> Self {
        let pool = Pool::builder()
            .max_size(connections)
            .min_idle(Some(0))
            .connection_timeout(CHECKOUT_TIMEOUT)
            .test_on_check_out(false)
            .thread_pool(Arc::new(scheduled_thread_pool::ScheduledThreadPool::new(1)))
            .build_unchecked(target.clone());
        Self { pool, permits: Permits::new(connections as usize), timeouts: TIMEOUTS, signal }
    }

    async fn run<T, F>(&self, intent: Intent, work: F) -> Result<T>
    where
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let since = Instant::now();
        let mut work = work;
        loop {
            let permit: Permit = self.permits.acquire(self.timeouts).await?;
            let lane = self.clone();
            let turn = web::block(request_id::carry(move || {
                let outcome = lane.perform(intent, &work);
                drop(permit);
                (work, outcome)
            }));
            let outcome;
            (work, outcome) = turn.await.map_err(Error::ours)?;
            match outcome {
                Err(Error::Database(_)) if since.elapsed() < self.timeouts.standstill => {
                    sleep(LOCK_RETRY_DELAY).await;
                }
                Err(Error::Database(locked)) => return Err(Error::unavailable(locked)),
                outcome => return outcome,
            }
        }
    }

    /// One turn. A failure of the database is a lock that was not had in time: others may have their turn meanwhile.
    fn perform<T>(&self, intent: Intent, work: &impl Fn(&mut Conn) -> Result<T>) -> Result<T> {
        let mut tries = 1;
        loop {
            let mut lent = self.pool.get().map_err(Error::unavailable)?;
            signal::forget();
            let outcome = transact(&mut lent, intent, work);
            if outcome.is_ok() {
                self.signal.committed();
            }
            let Err(Error::Database(failure)) = outcome else { return outcome };
            match dialect::fault(&failure) {
                fault if tries < TRIES && may_run_again(fault, lent.sent_commit) => {
                    tries += 1;
                    drop(lent);
                    thread::sleep(Duration::from_millis(rand::rng().random_range(1..=20) * u64::from(tries)));
                }
                Fault::Locked => return Err(failure.into()),
                Fault::Yielded | Fault::Lost | Fault::Busy => return Err(Error::unavailable(failure)),
                Fault::DiskFull => return Err(Error::DiskFull),
                Fault::Violation | Fault::Bug => return Err(Error::ours(failure)),
            }
        }
    }
}

/// Who yielded or met a constraint was rolled back for certain, and sees more on a second look.
/// Whose connection broke after COMMIT went out cannot know, and must not guess.
fn may_run_again(fault: Fault, sent_commit: bool) -> bool {
    match fault {
        Fault::Yielded | Fault::Violation => true,
        Fault::Lost => !sent_commit,
        Fault::Locked | Fault::Busy | Fault::DiskFull | Fault::Bug => false,
    }
}

/// BEGIN, the work, COMMIT. A failure rolls back; a connection that cannot even do that is broken.
fn transact<T>(lent: &mut Lent, intent: Intent, work: &impl Fn(&mut Conn) -> Result<T>) -> Result<T> {
    lent.sent_commit = false;
    let outcome = dialect::begin(&mut lent.conn, intent).map_err(Error::from).and_then(|()| {
        let answer = work(&mut lent.conn)?;
        lent.sent_commit = true;
        lent.conn.commit()?;
        Ok(answer)
    });
    if outcome.is_err() && dialect::is_in_transaction(&mut lent.conn) {
        lent.broken |= lent.conn.roll_back().is_err();
    }
    if let Err(Error::Database(failure)) = &outcome {
        lent.broken |= dialect::fault(failure) == Fault::Lost;
    }
    outcome
}

impl Target {
    /// One transaction on a connection of its own, tried once: for start-up and the command line.
    pub fn transaction<T>(
        &self,
        intent: Intent,
        work: impl FnOnce(&mut Conn) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let mut conn = self.connect().map_err(|error| {
            let said = match self {
                Self::Postgres(url) => address::quotable(&error.to_string(), url),
                Self::Sqlite(_) => error.to_string(),
            };
            anyhow::anyhow!(
                "The database ({self:?}) cannot be opened: {said}. Is it running, and is DATABASE_URL right?"
            )
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

    /// Reads `DATABASE_URL`; without one, SQLite in the data folder. Refuses what it does not know.
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
