//! Whether the database can serve requests now: its file is sound and in its place, its tables fit this build, there is
//! room on the disk, and a write succeeds. `/health/ready` asks this.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use actix_web::rt;
use diesel::prelude::*;
use rustix::fs::statvfs;
use tokio::time::timeout;

use super::{
    Conn, Db, Lane, inspection,
    migrations::{self, Fit},
};
use crate::{
    clock::Moment,
    error::{Error, Result},
    schema::schema_state,
};

const READ_TIMEOUT: Duration = Duration::from_secs(2);
/// If a write takes longer, the outcome of the last one counts: writes may wait for each other.
const WRITE_TIMEOUT: Duration = Duration::from_secs(1);
/// Writes are checked at most this often, however often readiness is asked for.
const WRITE_INTERVAL: Duration = Duration::from_secs(1);

/// What is known about one database. Clones share it.
#[derive(Clone)]
pub struct Readiness {
    room: Room,
    checks: Arc<Mutex<Checks>>,
}

/// The folder of an SQLite file, and how many percent of its disk must be free.
#[derive(Clone)]
struct Room {
    folder: Option<PathBuf>,
    min_free_percent: u64,
}

#[derive(Default)]
struct Checks {
    /// The tables at the first check; none of them may disappear.
    tables: Option<BTreeSet<String>>,
    is_writing: bool,
    last_write: Option<(Instant, Result<(), String>)>,
}

impl Db {
    /// 503 if the database cannot serve requests; the log tells why.
    pub async fn expect_ready(&self, now: Moment) -> Result<()> {
        self.expect_sound()?;
        let readiness = self.readiness.clone();
        let db = self.in_lane(Lane::Readiness);
        let read = db.read(move |conn| readiness.check_tables(conn));
        timeout(READ_TIMEOUT, read).await.map_err(Error::unavailable)?.map_err(unavailable)?;
        self.readiness.room.check().map_err(Error::unavailable)?;
        self.check_write(now).await.map_err(Error::unavailable)
    }

    async fn check_write(&self, now: Moment) -> Result<(), String> {
        if self.readiness.begin_write() {
            let db = self.in_lane(Lane::Readiness);
            let write = rt::spawn(async move {
                let outcome = db.write_among_reads(1, move |conn| write(conn, now)).await;
                db.readiness.end_write(outcome.map_err(|error| error.causes()));
            });
            let _ = timeout(WRITE_TIMEOUT, write).await;
        }
        self.readiness.last_write()
    }
}

impl Readiness {
    pub fn new(folder: Option<&Path>, min_free_percent: u32) -> Self {
        let room = Room { folder: folder.map(Path::to_owned), min_free_percent: min_free_percent.into() };
        Self { room, checks: Arc::default() }
    }

    fn check_tables(&self, conn: &mut Conn) -> Result<()> {
        match migrations::fit(conn).map_err(Error::unavailable)? {
            Fit::Current | Fit::Newer(_) => {}
            Fit::Older(pending) => {
                return Err(Error::unavailable(format!("migrations are pending: {}", pending.join(", "))));
            }
            Fit::Unfit(fault) => return Err(Error::unavailable(fault)),
        }
        let tables = inspection::tables(conn)?.into_iter().collect();
        match self.lock().tables.get_or_insert_with(|| BTreeSet::clone(&tables)).difference(&tables).next() {
            Some(missing) => Err(Error::unavailable(format!("the table {missing} is missing"))),
            None => Ok(()),
        }
    }

    /// Whether the caller should write now.
    fn begin_write(&self) -> bool {
        let mut checks = self.lock();
        let is_recent = checks.last_write.as_ref().is_some_and(|(at, _)| at.elapsed() < WRITE_INTERVAL);
        let begins = !checks.is_writing && !is_recent;
        checks.is_writing |= begins;
        begins
    }

    fn end_write(&self, outcome: Result<(), String>) {
        let mut checks = self.lock();
        checks.is_writing = false;
        checks.last_write = Some((Instant::now(), outcome));
    }

    fn last_write(&self) -> Result<(), String> {
        self.lock().last_write.as_ref().map_or(Ok(()), |(_, outcome)| outcome.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Checks> {
        self.checks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Room {
    fn check(&self) -> Result<(), String> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let disk = statvfs(folder)
            .map_err(|error| format!("the free space of {} is unknown: {error}", folder.display()))?;
        if disk.f_bavail.saturating_mul(100) < disk.f_blocks.saturating_mul(self.min_free_percent) {
            return Err(format!(
                "less than {} % of the disk of {} is free; make room, or change min_free_disk_percent",
                self.min_free_percent,
                folder.display()
            ));
        }
        Ok(())
    }
}

/// A change of a row, because SQLite writes nothing if a row stays the same.
fn write(conn: &mut Conn, now: Moment) -> Result<()> {
    diesel::update(schema_state::table).set(schema_state::write_checked_at.eq(now)).execute(conn)?;
    Ok(())
}

/// Whatever fails in the check itself, the answer is 503.
fn unavailable(error: Error) -> Error {
    match error {
        Error::Unavailable { .. } => error,
        other => Error::unavailable(other.causes()),
    }
}
