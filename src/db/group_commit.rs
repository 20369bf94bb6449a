//! The way to write to SQLite: one thread has the only connection that writes. It runs the closures that wait in one
//! transaction, each in a savepoint, commits once, and only then sends the results to their requests.

mod checkpoints;
mod pending_write;
mod queue;
mod undoing;
mod writer;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, ThreadId},
    time::{Duration, Instant},
};

use tokio::{
    sync::{Mutex, OwnedMutexGuard, oneshot},
    time::timeout,
};

use self::{
    pending_write::PendingWrite,
    queue::{Entry, Place, Queue},
    writer::Writer,
};
use super::{
    Conn, Lane, Target,
    data_file::DataFile,
    events::Listener,
    last_time::LastTime,
    permits::{CHECK_INTERVAL, QueueTimeouts},
    queued_pool::Generation,
    signal::Signal,
    supervision::{ANSWER_TIMEOUT, NO_ANSWER, Observer},
};
use crate::error::{Error, Result};

/// How long the drop of the last handle waits until the connection is closed.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// Whether a closure may share its transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sharing {
    Shared,
    /// Shared without a savepoint: when it refuses, it has written nothing, and it never hides a failure of the database.
    AllOrNothing,
    /// It may run for long, and others would wait for its end.
    Alone,
}

/// Clones share the thread, which ends with the last of them.
#[derive(Clone)]
pub(super) struct GroupCommit {
    handle: Arc<Handle>,
    pub timeouts: QueueTimeouts,
    pub listener: Option<Arc<dyn Listener>>,
}

struct Handle {
    shared: Arc<Shared>,
    thread: ThreadId,
}

/// What requests and the thread share.
struct Shared {
    queue: Queue,
    /// Held while the log is copied to the file. Taken before the turn.
    copying: Arc<Mutex<()>>,
    /// Held by each transaction.
    turn: Arc<Mutex<()>>,
    /// When the database last answered.
    answer: LastTime,
    /// When work last succeeded.
    progress: LastTime,
    /// Whether another process has the lock of the file.
    is_locked_out: AtomicBool,
}

/// While it exists, no transaction begins, and the log is not copied.
pub(super) struct Held {
    _copying: OwnedMutexGuard<()>,
    _turn: OwnedMutexGuard<()>,
}

/// A request's place in the queue, which it leaves on drop.
struct Waiting<'a> {
    queue: &'a Queue,
    place: Arc<Place>,
}

impl GroupCommit {
    /// Starts the thread. It connects when there is something to write.
    pub fn start(
        target: &Target,
        timeouts: QueueTimeouts,
        file: DataFile,
        signal: Signal,
        generation: Generation,
    ) -> Self {
        let shared = Arc::new(Shared {
            queue: Queue::default(),
            copying: Arc::default(),
            turn: Arc::default(),
            answer: LastTime::now(),
            progress: LastTime::now(),
            is_locked_out: AtomicBool::new(false),
        });
        let writer = Writer::new(target.clone(), Arc::clone(&shared), file, signal, generation);
        let builder = thread::Builder::new().name("sqlite-writer".to_owned());
        let thread = builder.spawn(move || writer.run()).expect("a thread for the writer of SQLite");
        Self { handle: Arc::new(Handle { shared, thread: thread.thread().id() }), timeouts, listener: None }
    }

    /// Queues a closure and waits for its result. If the returned future is dropped while the closure waits, the closure
    /// never runs.
    pub async fn run<T, F>(&self, lane: Lane, sharing: Sharing, work: F) -> Result<T>
    where
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let began = Instant::now();
        let shared = &self.handle.shared;
        let (reply, mut result) = oneshot::channel();
        let place = shared.queue.push(Entry::new(
            PendingWrite::new(work, reply, self.listener.clone()),
            lane,
            sharing,
        ))?;
        let waiting = Waiting { queue: &shared.queue, place };
        loop {
            match timeout(CHECK_INTERVAL, &mut result).await {
                Ok(Ok(result)) => return result,
                Ok(Err(_)) => return Err(Error::unavailable("the writer failed, maybe after COMMIT")),
                Err(_) => {}
            }
            if waiting.place.is_taken() {
                self.expect_answers(&waiting.place)?;
            } else if let Err(error) = self.expect_patience(began.elapsed())
                && waiting.leave()
            {
                return Err(error);
            }
        }
    }

    /// Waits until no transaction runs and the log is not copied.
    pub async fn hold(&self) -> Held {
        let shared = &self.handle.shared;
        Held {
            _copying: Arc::clone(&shared.copying).lock_owned().await,
            _turn: Arc::clone(&shared.turn).lock_owned().await,
        }
    }

    /// Refuses the closures that wait and those that come later, with 503. A transaction that runs goes on.
    pub fn close(&self) {
        self.handle.shared.queue.close();
    }

    /// Gives up a transaction whose statement has no answer. It will not be committed, unless COMMIT was sent already.
    fn expect_answers(&self, place: &Place) -> Result<()> {
        if self.handle.shared.answer.elapsed() < ANSWER_TIMEOUT {
            return Ok(());
        }
        place.abandon();
        Err(Error::unavailable(NO_ANSWER))
    }

    fn expect_patience(&self, waited: Duration) -> Result<()> {
        let shared = &self.handle.shared;
        if waited >= self.timeouts.retry && shared.is_locked_out.load(Ordering::Relaxed) {
            return Err(Error::unavailable("another process has the lock of the database"));
        }
        self.timeouts.expect_patience(waited, shared.progress.elapsed())
    }
}

impl Waiting<'_> {
    /// False if the closure has been taken from the queue.
    fn leave(&self) -> bool {
        !self.place.is_taken() && self.queue.remove(&self.place)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.leave();
    }
}

impl Observer for Shared {
    fn note_answer(&self) {
        self.answer.note();
    }

    fn note_progress(&self) {
        self.answer.note();
        self.progress.note();
    }
}

impl Drop for Handle {
    /// The last handle may be dropped by a closure, on the thread itself.
    fn drop(&mut self) {
        let is_own_thread = thread::current().id() == self.thread;
        self.shared.queue.end(if is_own_thread { Duration::ZERO } else { CLOSE_TIMEOUT });
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use crate::{
        db::{Db, Pooling, Target},
        request_id,
    };

    #[tokio::test]
    async fn each_closure_has_the_id_of_its_request() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let db = Db::open(&Target::Sqlite(file.path().to_owned()), Pooling::None, 1, 0);
        let (id, other) = (Uuid::now_v7(), Uuid::now_v7());
        let current = |id| request_id::scope(id, db.write(|_| Ok(request_id::current())));
        let (first, second) = tokio::join!(current(id), current(other));
        assert_eq!((first.unwrap(), second.unwrap()), (Some(id), Some(other)));
    }
}
