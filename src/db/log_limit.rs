//! Keeps SQLite's write-ahead log short. A checkpoint can only empty the log while nobody reads from it, and under
//! constant load somebody always does: so new transactions are held back for a moment.

use std::time::Duration;

use actix_web::web;
use diesel::{RunQueryDsl as _, sql_query};
use tokio::time::timeout;

use super::{Conn, Db, Writers, checkpoint::Checkpoint, group_commit::Held, permits::AllPermits};
use crate::error::{Error, Result};

/// A longer log is emptied.
const MAX_LOG_BYTES: u64 = 64 * 1024 * 1024;
/// How long new transactions are held back for running ones to end. Requests wait longer than that for a connection.
const MAX_HOLD: Duration = Duration::from_secs(1);
/// How long the writer's lock is held for readers of other processes.
const BUSY_TIMEOUT: &str = "PRAGMA busy_timeout = 200";

impl Db {
    /// Whether the log is so long that [`Db::empty_log`] should be called.
    pub fn has_long_log(&self) -> bool {
        self.file.log_len() > MAX_LOG_BYTES
    }

    /// Writes everything into the main file and empties the log. False if another process reads from it.
    pub async fn empty_log(&self) -> Result<bool> {
        let Some(target) = self.file.target() else { return Ok(true) };
        let conn = blocking(move || {
            let mut conn = target.connect().map_err(Error::unavailable)?;
            if let Conn::Sqlite(conn) = &mut conn {
                sql_query(BUSY_TIMEOUT).execute(conn)?;
                Checkpoint::passive(conn)?;
            }
            Ok(conn)
        });
        let mut conn = conn.await?;
        let held = timeout(MAX_HOLD, self.hold()).await.ok();
        let is_empty = blocking(move || match &mut conn {
            Conn::Sqlite(conn) => Ok(Checkpoint::truncate(conn)?.is_complete()),
            Conn::Postgres(_) => Ok(true),
        })
        .await;
        drop(held);
        is_empty
    }

    /// Before the process ends, so that the main file alone holds everything.
    pub async fn empty_log_at_end(&self) {
        match self.empty_log().await {
            Ok(true) => {}
            Ok(false) => {
                log::warn!("somebody reads the database, so its write-ahead log still belongs to it");
            }
            Err(error) => log::warn!("the write-ahead log still belongs to the database: {}", error.causes()),
        }
    }

    /// Waits until no transaction runs on SQLite, and lets none begin until what it returns is dropped.
    async fn hold(&self) -> (AllPermits, Option<Held>) {
        let readers = self.readers.permits.acquire_all().await;
        let writer = match &self.writers {
            Writers::Pool(_) => None,
            Writers::Group(writer) => Some(writer.hold().await),
        };
        (readers, writer)
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    web::block(work).await.map_err(Error::ours)?
}
