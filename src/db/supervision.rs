//! What a request knows about its transaction, which runs on another thread: whether its work advances, and whether
//! PostgreSQL still answers. A server that is frozen never answers, and a statement cannot be interrupted from here.

use std::{
    cell::RefCell,
    future::Future,
    pin::pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use diesel::connection::{Connection as _, InstrumentationEvent, get_default_instrumentation};
use tokio::time::timeout;

use super::{
    connection::Conn,
    permits::{Permit, Permits, millis},
    statement_timeout::STATEMENT_TIMEOUT,
};

/// PostgreSQL ends a statement itself after [`STATEMENT_TIMEOUT`]; this is its time to say so.
const GRACE: Duration = Duration::from_secs(3);
const ANSWER_TIMEOUT: Duration = STATEMENT_TIMEOUT.saturating_add(GRACE);

thread_local! {
    static CURRENT: RefCell<Option<Arc<Supervision>>> = const { RefCell::new(None) };
}

/// Shared by a request and the thread that runs its transaction.
pub(super) struct Supervision {
    permits: Permits,
    /// Taken by whoever ends first: the transaction, or the request that no longer waits for it.
    permit: Mutex<Option<Permit>>,
    began: Instant,
    /// When the database last answered, in milliseconds after `began`; 0 while the transaction waits for a thread, which
    /// counts as well: the threads may all wait for the database.
    last_answer_ms: AtomicU64,
    is_abandoned: AtomicBool,
}

/// Makes the supervision known to [`note_progress`] on this thread; ends it on drop.
pub(super) struct Supervised(Arc<Supervision>);

impl Supervision {
    pub fn new(permits: Permits, permit: Permit) -> Arc<Self> {
        Arc::new(Self {
            permits,
            permit: Mutex::new(Some(permit)),
            began: Instant::now(),
            last_answer_ms: AtomicU64::new(0),
            is_abandoned: AtomicBool::new(false),
        })
    }

    /// The task's output; `None` once the database has not answered for too long. The transaction then has lost its permit
    /// and will not send COMMIT, unless it has already, but its thread and its connection stay busy until the server answers or the connection ends.
    pub async fn wait_for<T>(&self, task: impl Future<Output = T>) -> Option<T> {
        let mut task = pin!(task);
        loop {
            let left = ANSWER_TIMEOUT.saturating_sub(self.time_without_answer());
            if let Ok(output) = timeout(left, &mut task).await {
                return Some(output);
            }
            if self.time_without_answer() >= ANSWER_TIMEOUT {
                self.is_abandoned.store(true, Ordering::Relaxed);
                self.return_permit();
                return None;
            }
        }
    }

    pub fn enter(self: &Arc<Self>) -> Supervised {
        self.note_answer();
        CURRENT.set(Some(Arc::clone(self)));
        Supervised(Arc::clone(self))
    }

    pub fn note_answer(&self) {
        self.last_answer_ms.store(millis(self.began.elapsed()), Ordering::Relaxed);
    }

    /// Whether nobody waits for the transaction any more.
    pub fn is_abandoned(&self) -> bool {
        self.is_abandoned.load(Ordering::Relaxed)
    }

    fn time_without_answer(&self) -> Duration {
        let last = Duration::from_millis(self.last_answer_ms.load(Ordering::Relaxed));
        self.began.elapsed().saturating_sub(last)
    }

    fn return_permit(&self) {
        self.permit.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        CURRENT.set(None);
        self.0.return_permit();
    }
}

/// Notes each answered statement of a connection, unless the process has instrumentation of its own: diesel permits one.
pub(super) fn observe(conn: &mut Conn) {
    if get_default_instrumentation().is_none() {
        conn.set_instrumentation(|event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::FinishQuery { error: None, .. } = event {
                CURRENT.with_borrow(|current| current.as_deref().map(Supervision::note_answer));
            }
        });
    }
}

/// The work on this thread has succeeded in a part: those who wait for a permit, and the request itself, wait longer.
pub(super) fn note_progress() {
    CURRENT.with_borrow(|current| {
        if let Some(current) = current {
            current.note_answer();
            current.permits.note_progress();
        }
    });
}
