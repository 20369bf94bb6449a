//! What a request knows about its transaction, which runs on another thread: whether its work advances, and whether
//! PostgreSQL still answers. A server that is frozen never answers, and a statement cannot be interrupted from here.

use std::{
    cell::RefCell,
    future::Future,
    pin::pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use diesel::connection::{Connection as _, InstrumentationEvent, get_default_instrumentation};
use tokio::time::timeout;

use super::{
    Lane,
    connection::Conn,
    last_time::LastTime,
    permits::{Permit, Permits},
    statement_timeout::STATEMENT_TIMEOUT,
};

/// PostgreSQL ends a statement itself after [`STATEMENT_TIMEOUT`]; this is its time to say so.
const GRACE: Duration = Duration::from_secs(3);
pub(super) const ANSWER_TIMEOUT: Duration = STATEMENT_TIMEOUT.saturating_add(GRACE);

pub(super) const NO_ANSWER: &str = "the database does not answer";

thread_local! {
    static CURRENT: RefCell<Option<Arc<dyn Observer>>> = const { RefCell::new(None) };
}

/// Learns what happens to the transactions of a thread.
pub(super) trait Observer: Send + Sync {
    /// The database has answered a statement.
    fn note_answer(&self);

    /// The work has succeeded in a part.
    fn note_progress(&self);
}

/// Shared by a request and the thread that runs its transaction.
pub(super) struct Supervision {
    permits: Permits,
    lane: Lane,
    /// Taken by whoever ends first: the transaction, or the request that no longer waits for it.
    permit: Mutex<Option<Permit>>,
    /// When the database last answered. The time in which the transaction waits for a thread counts as well: the threads
    /// may all wait for the database.
    answer: LastTime,
    is_abandoned: AtomicBool,
}

/// Makes the supervision known to [`note_progress`] on this thread; ends it on drop.
pub(super) struct Supervised(Arc<Supervision>);

impl Supervision {
    pub fn new(permits: Permits, permit: Permit) -> Arc<Self> {
        Arc::new(Self {
            permits,
            lane: permit.lane(),
            permit: Mutex::new(Some(permit)),
            answer: LastTime::now(),
            is_abandoned: AtomicBool::new(false),
        })
    }

    /// The task's output; `None` once the database has not answered for too long. The transaction then has lost its permit
    /// and will not send COMMIT, unless it has already, but its thread and its connection stay busy until the server answers or the connection ends.
    pub async fn wait_for<T>(&self, task: impl Future<Output = T>) -> Option<T> {
        let mut task = pin!(task);
        loop {
            let left = ANSWER_TIMEOUT.saturating_sub(self.answer.elapsed());
            if let Ok(output) = timeout(left, &mut task).await {
                return Some(output);
            }
            if self.answer.elapsed() >= ANSWER_TIMEOUT {
                self.is_abandoned.store(true, Ordering::Relaxed);
                self.return_permit();
                return None;
            }
        }
    }

    pub fn enter(self: &Arc<Self>) -> Supervised {
        self.note_answer();
        report_to(Arc::clone(self) as Arc<dyn Observer>);
        Supervised(Arc::clone(self))
    }

    /// Whether nobody waits for the transaction any more.
    pub fn is_abandoned(&self) -> bool {
        self.is_abandoned.load(Ordering::Relaxed)
    }

    pub fn note_lock_timeout(&self) {
        self.permits.note_lock_timeout(self.lane);
    }

    fn return_permit(&self) {
        let permit = self.permit.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(permit);
    }
}

impl Observer for Supervision {
    fn note_answer(&self) {
        self.answer.note();
    }

    fn note_progress(&self) {
        self.note_answer();
        self.permits.note_progress(self.lane);
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        CURRENT.set(None);
        self.0.return_permit();
    }
}

/// The transactions of this thread are reported to this observer from now on.
pub(super) fn report_to(observer: Arc<dyn Observer>) {
    CURRENT.set(Some(observer));
}

/// Notes each answered statement of a connection, unless the process has instrumentation of its own: diesel permits one.
pub(super) fn observe(conn: &mut Conn) {
    if get_default_instrumentation().is_none() {
        conn.set_instrumentation(|event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::FinishQuery { error: None, .. } = event {
                CURRENT.with_borrow(|current| current.as_deref().map(Observer::note_answer));
            }
        });
    }
}

/// The work on this thread has succeeded in a part: those who wait for a permit, and the request itself, wait longer.
pub(super) fn note_progress() {
    CURRENT.with_borrow(|current| current.as_deref().map(Observer::note_progress));
}
