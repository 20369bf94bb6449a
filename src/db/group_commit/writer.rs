//! The thread that writes to SQLite: begins a transaction, runs the closures that wait, commits, and answers.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, PoisonError, atomic::Ordering},
    thread,
    time::{Duration, Instant},
};

use diesel::result::Error as Failure;

use super::{Shared, Sharing, checkpoints::Checkpoints, pending_write::Ran, queue::Entry};
use crate::{
    db::{
        Conn, Intent, Pooling, Target,
        data_file::{DataFile, Identity},
        dialect::{self, Fault},
        queued_pool::Generation,
        retry,
        signal::Signal,
        supervision::{self, Observer as _},
    },
    error::{Error, Result},
};

/// A group ends with so many closures, or with the one that runs when this time is over.
const MAX_GROUP: usize = 64;
const MAX_GROUP_TIME: Duration = Duration::from_millis(20);

pub(super) struct Writer {
    target: Target,
    pub shared: Arc<Shared>,
    file: DataFile,
    signal: Signal,
    generation: Generation,
    pub connection: Option<Connection>,
    /// Whether COMMIT was sent. If it fails after that, its outcome may be unknown, so nothing runs again.
    pub sent_commit: bool,
}

pub(super) struct Connection {
    conn: Conn,
    /// The write-ahead log as this connection has it open.
    log: Option<Identity>,
    checkpoints: Checkpoints,
}

/// Why a transaction is rolled back.
pub(super) enum Undone {
    /// Nothing ran, because the requests have left the queue.
    Empty,
    /// The only closure refused its request.
    Refused,
    /// The last closure panicked.
    Panicked,
    /// A request has given up.
    Abandoned,
    /// The database failed, at the last closure or at COMMIT.
    Failed(Failure),
}

impl From<Failure> for Undone {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl Writer {
    pub fn new(
        target: Target,
        shared: Arc<Shared>,
        file: DataFile,
        signal: Signal,
        generation: Generation,
    ) -> Self {
        Self { target, shared, file, signal, generation, connection: None, sent_commit: false }
    }

    /// Runs until the last handle is dropped. A panic outside of a closure ends the group, of which nobody knows whether
    /// it is committed: so none of its closures runs again.
    pub fn run(mut self) {
        supervision::report_to(Arc::clone(&self.shared) as _);
        while catch_unwind(AssertUnwindSafe(|| self.serve())).is_err() {
            self.connection = None;
        }
        if let Some(Connection { checkpoints, .. }) = self.connection.take() {
            checkpoints.end();
        }
        self.shared.queue.note_end();
    }

    fn serve(&mut self) {
        while self.shared.queue.wait() {
            let turn = Arc::clone(&self.shared.turn).blocking_lock_owned();
            let pause = self.write_group();
            drop(turn);
            thread::sleep(pause);
        }
    }

    /// Runs one transaction, and returns how long to wait before the next one.
    fn write_group(&mut self) -> Duration {
        match self.begin() {
            Ok(()) => {}
            Err(Error::Database(failure)) if dialect::classify(&failure) == Fault::LockTimeout => {
                self.shared.is_locked_out.store(true, Ordering::Relaxed);
                return retry::LOCK_RETRY_DELAY;
            }
            Err(error) => return self.fail_to_begin(error),
        }
        let mut group = Vec::new();
        match self.run_waiting(&mut group).and_then(|()| self.commit(&group)) {
            Ok(()) => {
                if let Some(Connection { checkpoints, .. }) = &mut self.connection {
                    checkpoints.note(group.len());
                }
                self.finish(group);
                Duration::ZERO
            }
            Err(undone) => self.undo(group, undone),
        }
    }

    /// Closures leave the queue only after this. So a lock of another process costs all of them one wait together, and
    /// each request still decides how long it waits.
    fn begin(&mut self) -> Result<()> {
        self.sent_commit = false;
        self.file.expect_in_place()?;
        if self.connection.is_none() {
            self.connection = Some(self.connect()?);
        }
        let Some(Connection { conn, log, .. }) = &mut self.connection else { return Ok(()) };
        dialect::begin(conn, Intent::Write, Pooling::None, None)?;
        self.shared.is_locked_out.store(false, Ordering::Relaxed);
        self.shared.note_answer();
        let in_place = self.file.expect_log_in_place(log);
        if in_place.is_err() {
            // The connection is to the moved file, or to the one in its place.
            self.connection = None;
        }
        in_place
    }

    fn connect(&self) -> Result<Connection> {
        let conn = self.target.connect_writer().map_err(Error::unavailable)?;
        let checkpoints = Checkpoints::start(&self.target, Arc::clone(&self.shared))?;
        Ok(Connection { conn, log: None, checkpoints })
    }

    /// Runs the closures that wait, until the group is full. If only one waits, it needs no savepoint.
    fn run_waiting(&mut self, group: &mut Vec<Entry>) -> Result<(), Undone> {
        let began = Instant::now();
        let queue = &self.shared.queue;
        while let Some(entry) = if group.is_empty() { queue.take() } else { queue.take_shared() } {
            if !entry.is_wanted() {
                continue;
            }
            let is_alone = group.is_empty() && (entry.sharing == Sharing::Alone || queue.is_empty());
            group.push(entry);
            if let (Some(connection), Some(entry)) = (&mut self.connection, group.last_mut()) {
                let generation = self.generation.lock().unwrap_or_else(PoisonError::into_inner).clone();
                run(&mut connection.conn, entry, generation, is_alone)?;
            }
            if is_alone || group.len() == MAX_GROUP || began.elapsed() >= MAX_GROUP_TIME {
                break;
            }
        }
        if group.is_empty() { Err(Undone::Empty) } else { Ok(()) }
    }

    fn commit(&mut self, group: &[Entry]) -> Result<(), Undone> {
        if group.iter().any(Entry::is_abandoned) {
            return Err(Undone::Abandoned);
        }
        self.shared.note_answer();
        self.sent_commit = true;
        if let Some(Connection { conn, .. }) = &mut self.connection {
            conn.commit()?;
        }
        Ok(())
    }

    fn finish(&self, group: Vec<Entry>) {
        self.shared.note_progress();
        if group.iter().any(|entry| entry.wrote_job()) {
            self.signal.send();
        }
        group.into_iter().for_each(Entry::answer);
    }

    /// A connection that cannot roll back is closed. SQLite may have rolled back by itself.
    pub fn roll_back(&mut self) {
        let Some(Connection { conn, .. }) = &mut self.connection else { return };
        while dialect::is_in_transaction(conn) {
            if conn.roll_back().is_err() && dialect::is_in_transaction(conn) {
                self.connection = None;
                return;
            }
        }
    }
}

fn run(conn: &mut Conn, entry: &mut Entry, generation: Arc<()>, is_alone: bool) -> Result<(), Undone> {
    let needs_savepoint = !is_alone && entry.sharing != Sharing::AllOrNothing;
    if needs_savepoint {
        dialect::savepoint(conn)?;
    }
    match entry.run(conn, generation) {
        Ran::Refused if is_alone => Err(Undone::Refused),
        Ran::Accepted | Ran::Refused if !needs_savepoint => Ok(()),
        Ran::Accepted => Ok(dialect::release_savepoint(conn)?),
        Ran::Refused => Ok(dialect::roll_back_to_savepoint(conn)?),
        Ran::Failed(failure) => Err(failure.into()),
        Ran::Panicked => Err(Undone::Panicked),
    }
}
