//! A pool with a queue in front, and the way to run a transaction on it: with retries, and with an end to every wait.

use std::{
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use actix_web::web;
use diesel::r2d2::{Pool, PooledConnection};
use tokio::time::sleep;

use super::{
    Conn, Intent, Lane, Pooling, Target,
    connection::{Manager, PooledConn},
    data_file::DataFile,
    dialect::{self, Fault},
    events::{self, Listener},
    first_lock::{FirstLock, Held},
    permits::{MAX_OVERDUE, Permits, QueueTimeouts},
    retry,
    signal::{self, Signal},
    supervision::{NO_ANSWER, Observer as _, Supervision},
};
use crate::{
    error::{Error, Result},
    request_id,
};

const CHECKOUT_TIMEOUT: Duration = Duration::from_secs(2);
/// A connection that was used a moment ago is not checked with BEGIN before a call.
const TRUSTED_AFTER_USE: Duration = Duration::from_secs(1);
/// They open connections. One that hangs, because the server froze meanwhile, must not stop the others.
const CONNECTING_THREADS: usize = 3;

/// Held by every transaction that began since the last call of [`Db::begin_generation`].
pub(super) type Generation = Arc<Mutex<Arc<()>>>;

/// A pool of connections with a queue in front: each transaction needs a permit before it takes a connection.
#[derive(Clone)]
pub(super) struct QueuedPool {
    pub pool: Pool<Manager>,
    pub permits: Permits,
    pub timeouts: QueueTimeouts,
    pub trusted_since: Arc<Mutex<Instant>>,
    pub signal: Signal,
    pub generation: Generation,
    pub file: DataFile,
    /// The workspace that a write locks when it begins.
    pub first_lock: Option<FirstLock>,
    pub listener: Option<Arc<dyn Listener>>,
}

impl QueuedPool {
    pub async fn run<T, F>(&self, lane: Lane, intent: Intent, work: F) -> Result<T>
    where
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let began = Instant::now();
        let mut work = work;
        // Only the first attempt of all: the others lock the workspace in which the person is found, so that nobody waits
        // again for a workspace that is not theirs.
        let mut first_lock = self.first_lock.filter(|_| intent == Intent::Write);
        loop {
            let first_lock = first_lock.take();
            let permit = self.permits.acquire(lane, self.timeouts, began).await?;
            let supervision = Supervision::new(self.permits.clone(), permit);
            let (pool, supervised) = (self.clone(), Arc::clone(&supervision));
            let generation = Arc::clone(&self.generation.lock().unwrap_or_else(PoisonError::into_inner));
            let task = web::block(request_id::carry(move || {
                let outcome = pool.run_with_retries(intent, first_lock, &work, &supervised);
                drop(generation);
                (work, outcome)
            }));
            let Some(ended) = supervision.wait_for(task).await else {
                self.distrust_connections();
                return Err(Error::unavailable(NO_ANSWER));
            };
            let outcome;
            (work, outcome) = ended.map_err(Error::ours)?;
            match outcome {
                Err(Error::Database(_)) if began.elapsed() < self.timeouts.retry => {
                    sleep(retry::LOCK_RETRY_DELAY).await;
                }
                Err(Error::Database(failure)) => return Err(Error::unavailable(failure)),
                outcome => return outcome,
            }
        }
    }

    /// A connection that was opened after the last one was lost. Others may be lost as well, and to find that out takes
    /// as long for each.
    fn checkout(&self) -> Result<PooledConnection<Manager>> {
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
        mut first_lock: Option<FirstLock>,
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
            events::reset(self.listener.clone());
            let outcome = transact(&mut pooled, intent, first_lock.take(), work, supervision);
            pooled.used_at = Instant::now();
            if outcome.is_ok() {
                self.signal.send_if_announced();
            }
            let Err(Error::Database(failure)) = outcome else {
                supervision.note_progress();
                return outcome;
            };
            let fault = dialect::classify(&failure);
            if fault == Fault::ConnectionLost {
                self.distrust_connections();
            }
            match fault {
                _ if supervision.is_abandoned() => return Err(Error::unavailable(failure)),
                fault
                    if attempts < retry::MAX_ATTEMPTS
                        && retry::is_retryable(fault, intent, pooled.sent_commit) =>
                {
                    attempts += 1;
                    drop(pooled);
                    thread::sleep(retry::delay(&failure, attempts));
                }
                Fault::LockTimeout => {
                    supervision.note_lock_timeout();
                    return Err(failure.into());
                }
                fault => return Err(retry::final_error(fault, failure)),
            }
        }
    }
}

/// How many connections a pool may open: twice as many as configured, one more for each whose server no longer answers,
/// and those of overdue transactions that read and that write.
pub fn max_connections(connections: u32) -> u32 {
    connections * 2 + MAX_OVERDUE * 2
}

pub(super) fn open(target: &Target, pooling: Pooling, connections: u32) -> Pool<Manager> {
    Pool::builder()
        .max_size(max_connections(connections))
        .min_idle(Some(0))
        .connection_timeout(CHECKOUT_TIMEOUT)
        .test_on_check_out(false)
        .thread_pool(Arc::new(scheduled_thread_pool::ScheduledThreadPool::new(CONNECTING_THREADS)))
        .build_unchecked(Manager { target: target.clone(), pooling })
}

/// BEGIN, the work, COMMIT; after a failure ROLLBACK. A call commits itself: it is sent alone if the connection is sure to
/// work, because nobody would know what became of it on one that breaks. A connection that cannot roll back is marked as
/// broken.
fn transact<T>(
    pooled: &mut PooledConn,
    intent: Intent,
    first_lock: Option<FirstLock>,
    work: &impl Fn(&mut Conn) -> Result<T>,
    supervision: &Supervision,
) -> Result<T> {
    let is_trusted = pooled.pooling == Pooling::None && pooled.used_at.elapsed() < TRUSTED_AFTER_USE;
    if intent == Intent::Call && is_trusted {
        supervision.note_answer();
        pooled.sent_commit = true;
        let outcome = work(&mut pooled.conn);
        mark_broken(pooled, &outcome);
        return outcome;
    }
    pooled.sent_commit = false;
    let begun = dialect::begin(&mut pooled.conn, intent, pooled.pooling, first_lock);
    let _held = Held::note(first_lock);
    let outcome = begun.map_err(Error::from).and_then(|()| {
        supervision.note_answer();
        let answer = work(&mut pooled.conn)?;
        events::insert_collected(&mut pooled.conn)?;
        if supervision.is_abandoned() {
            return Err(Error::unavailable("nobody waits for this transaction any more"));
        }
        supervision.note_answer();
        if dialect::is_in_transaction(&mut pooled.conn) {
            pooled.sent_commit = true;
            pooled.conn.commit()?;
        }
        Ok(answer)
    });
    if outcome.is_err() && dialect::is_in_transaction(&mut pooled.conn) {
        pooled.broken |= pooled.conn.roll_back().is_err();
    }
    mark_broken(pooled, &outcome);
    outcome
}

fn mark_broken<T>(pooled: &mut PooledConn, outcome: &Result<T>) {
    if let Err(Error::Database(failure)) = outcome {
        pooled.broken |= matches!(dialect::classify(failure), Fault::ConnectionLost | Fault::OutOfService);
    }
}
