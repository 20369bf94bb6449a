//! Copies the write-ahead log to the file on a thread and a connection of its own, so that transactions go on meanwhile.

use std::{
    sync::{
        Arc,
        mpsc::{self, Receiver, SyncSender},
    },
    thread::{self, JoinHandle},
};

use diesel::{QueryResult, SqliteConnection};

use super::Shared;
use crate::{
    db::{Conn, Target, checkpoint::Checkpoint},
    error::{Error, Result},
};

/// The log is copied after so many closures; of accounts, they write about 35 MB. Pages that change often are then copied
/// less often than after SQLite's 4 MB.
const CLOSURES_PER_CHECKPOINT: usize = 1_000;

/// The log is copied until so few pages were added meanwhile, but not more often than this.
const FEW_PAGES: i32 = 500;
const MAX_PASSES: usize = 5;

/// When the log is copied.
pub(super) struct Checkpoints {
    closures: usize,
    requests: SyncSender<()>,
    thread: JoinHandle<()>,
}

impl Checkpoints {
    /// Without [`Self::end`], the thread ends by itself.
    pub fn start(target: &Target, shared: Arc<Shared>) -> Result<Self> {
        let conn = target.connect().map_err(Error::unavailable)?;
        // Without a buffer: the thread takes a request only while it has nothing to do.
        let (requests, received) = mpsc::sync_channel(0);
        let builder = thread::Builder::new().name("sqlite-checkpoint".to_owned());
        let thread = builder.spawn(move || run(conn, &received, &shared)).map_err(Error::unavailable)?;
        Ok(Self { closures: 0, requests, thread })
    }

    /// So many closures have been committed.
    pub fn note(&mut self, closures: usize) {
        self.closures += closures;
        if self.closures >= CLOSURES_PER_CHECKPOINT && self.requests.try_send(()).is_ok() {
            self.closures = 0;
        }
    }

    /// Waits until the connection is closed. Not to be called by a transaction, for which the thread may wait.
    pub fn end(self) {
        drop(self.requests);
        _ = self.thread.join();
    }
}

fn run(conn: Conn, requests: &Receiver<()>, shared: &Shared) {
    let Conn::Sqlite(mut conn) = conn else { return };
    for () in requests {
        let copying = shared.copying.blocking_lock();
        if let Err(failure) = copy_log(&mut conn, shared) {
            log::warn!("the write-ahead log cannot be copied to the database: {failure}");
        }
        drop(copying);
    }
}

/// The transaction that follows a complete copy begins the log anew. So the last pages, which other transactions have
/// written meanwhile, are copied while none runs. What cannot be copied yet is copied the next time.
fn copy_log(conn: &mut SqliteConnection, shared: &Shared) -> QueryResult<()> {
    let mut copied = 0;
    for _ in 0..MAX_PASSES {
        let checkpoint = Checkpoint::passive(conn)?;
        if !checkpoint.is_complete() {
            return Ok(());
        }
        if checkpoint.pages - copied <= FEW_PAGES {
            break;
        }
        copied = checkpoint.pages;
    }
    let _turn = shared.turn.blocking_lock();
    Checkpoint::passive(conn).map(drop)
}
