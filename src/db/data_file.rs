//! What this process knows of its SQLite file: whether it is still in its place, and whether it is damaged.
//! PostgreSQL looks after its own files, so nothing is known of them.
//!
//! The file is never opened here: closing it would end SQLite's own locks on it, which belong to the whole process.

use std::{
    fs,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::Target;
use crate::error::{Error, Result};

/// The place is looked at this often at most.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// Clones share what is known. `None` for PostgreSQL.
#[derive(Clone)]
pub struct DataFile(Option<Arc<Known>>);

struct Known {
    path: PathBuf,
    /// The file that was opened at the start.
    opened: Option<Identity>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    last_check: Option<(Instant, Place)>,
    damage: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Right,
    Gone,
    Replaced,
}

/// Device and inode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity(u64, u64);

impl DataFile {
    pub fn new(target: &Target) -> Self {
        let Target::Sqlite(path) = target else { return Self(None) };
        let known = Known { path: path.clone(), opened: identity(path), state: Mutex::default() };
        Self(Some(Arc::new(known)))
    }

    /// 503 if another file, or none, is now at the path of the opened one: what is written would be lost.
    pub fn expect_in_place(&self) -> Result<()> {
        let Some(known) = &self.0 else { return Ok(()) };
        let path = known.path.display();
        match known.place() {
            Place::Right => Ok(()),
            Place::Gone => Err(Error::DatabaseMoved(format!("{path} is gone").into())),
            Place::Replaced => Err(Error::DatabaseMoved(format!("{path} is now another file").into())),
        }
    }

    /// The same for the write-ahead log that a connection has open. To be called inside of a transaction, where the log
    /// exists; `opened` is what an earlier transaction of the same connection found.
    pub fn expect_log_in_place(&self, opened: &mut Option<Identity>) -> Result<()> {
        let Some(known) = &self.0 else { return Ok(()) };
        let log = log_path(&known.path);
        let found = identity(&log);
        if opened.is_some() && *opened != found {
            return Err(Error::DatabaseMoved(format!("{} is gone", log.display()).into()));
        }
        *opened = found;
        Ok(())
    }

    /// 503 if the last check found damage.
    pub fn expect_undamaged(&self) -> Result<()> {
        match self.0.as_ref().and_then(|known| known.lock().damage.clone()) {
            Some(damage) => Err(Error::unavailable(format!("the database is damaged: {damage}"))),
            None => Ok(()),
        }
    }

    /// `None` for PostgreSQL.
    pub fn target(&self) -> Option<Target> {
        self.0.as_ref().map(|known| Target::Sqlite(known.path.clone()))
    }

    /// The size of the write-ahead log in bytes.
    pub fn log_len(&self) -> u64 {
        let log = self.0.as_ref().and_then(|known| fs::metadata(log_path(&known.path)).ok());
        log.map_or(0, |log| log.len())
    }

    /// Looks for damage with a connection of its own, whose cache is empty. Remembers and returns the first message.
    pub fn check(&self) -> anyhow::Result<Option<String>> {
        let Some(known) = &self.0 else { return Ok(None) };
        let damage = Target::Sqlite(known.path.clone()).damage(false)?;
        known.lock().damage.clone_from(&damage);
        Ok(damage)
    }
}

impl Known {
    fn place(&self) -> Place {
        let mut state = self.lock();
        match state.last_check {
            Some((at, place)) if at.elapsed() < CHECK_INTERVAL => place,
            _ => {
                let place = match identity(&self.path) {
                    None => Place::Gone,
                    found if found == self.opened => Place::Right,
                    Some(_) => Place::Replaced,
                };
                state.last_check = Some((Instant::now(), place));
                place
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn identity(path: &Path) -> Option<Identity> {
    fs::metadata(path).ok().map(|file| Identity(file.dev(), file.ino()))
}

/// The path of SQLite's write-ahead log.
pub fn log_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}
