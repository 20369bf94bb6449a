//! The queue in front of the database's connections. A request waits longer while others make progress, and ends
//! early if the database makes none.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};

use super::last_time::LastTime;
use crate::error::{Error, Result};

pub(super) const MAX_WAITING: usize = 2_000;
pub(super) const CHECK_INTERVAL: Duration = Duration::from_millis(250);

pub(super) const TOO_MANY_WAIT: &str = "too many requests wait for the database";

/// Permits for all connections of a pool. Clones share them.
#[derive(Clone)]
pub(super) struct Permits(Arc<Inner>);

struct Inner {
    permits: Arc<Semaphore>,
    connections: u32,
    waiting: AtomicUsize,
    /// When work last succeeded.
    progress: LastTime,
    /// Whether work has waited for a lock in vain since then.
    has_lock_timeout: AtomicBool,
    is_probing: AtomicBool,
}

/// A place in the queue, which ends on drop.
struct Waiting<'a>(&'a AtomicUsize);

/// How long a request waits for a permit: at most `total`, and at most `stalled` while no work succeeds. And how long
/// after its begin it is tried again after a lock timeout.
#[derive(Debug, Clone, Copy)]
pub(super) struct QueueTimeouts {
    pub total: Duration,
    pub stalled: Duration,
    pub retry: Duration,
}

/// The right to use one connection. Returned on drop.
pub(super) struct Permit {
    _permit: OwnedSemaphorePermit,
    _probe: Option<Probe>,
}

/// While the database is stalled, one request at a time tries it, so that the others do not wait for the same lock one
/// after another.
struct Probe(Permits);

impl Permits {
    pub fn new(connections: u32) -> Self {
        Self(Arc::new(Inner {
            permits: Arc::new(Semaphore::new(connections as usize)),
            connections,
            waiting: AtomicUsize::new(0),
            progress: LastTime::now(),
            has_lock_timeout: AtomicBool::new(false),
            is_probing: AtomicBool::new(false),
        }))
    }

    /// The timeouts count from `began`, when the request asked for its first permit.
    ///
    /// # Errors
    /// 503 if the queue is full, or if a timeout passes first.
    pub async fn acquire(&self, timeouts: QueueTimeouts, began: Instant) -> Result<Permit> {
        match self.try_acquire(timeouts) {
            Some(permit) => Ok(permit),
            None => self.wait(timeouts, began).await,
        }
    }

    /// The permits of all connections at once, so that no transaction runs. New ones wait.
    pub async fn acquire_all(&self) -> Result<OwnedSemaphorePermit> {
        Arc::clone(&self.0.permits).acquire_many_owned(self.0.connections).await.map_err(Error::unavailable)
    }

    /// Must be called when work on the database succeeds. A permit that is returned proves nothing: its work may have
    /// waited for a lock in vain.
    pub fn note_progress(&self) {
        self.0.progress.note();
        self.0.has_lock_timeout.store(false, Ordering::Relaxed);
    }

    pub fn note_lock_timeout(&self) {
        self.0.has_lock_timeout.store(true, Ordering::Relaxed);
    }

    fn try_acquire(&self, timeouts: QueueTimeouts) -> Option<Permit> {
        let permit = Arc::clone(&self.0.permits).try_acquire_owned().ok()?;
        self.admit(permit, timeouts)
    }

    async fn wait(&self, timeouts: QueueTimeouts, began: Instant) -> Result<Permit> {
        let _place = Waiting::enter(&self.0.waiting)?;
        let mut next = Box::pin(Arc::clone(&self.0.permits).acquire_owned());
        loop {
            if let Ok(acquired) = timeout(CHECK_INTERVAL, &mut next).await {
                let permit = self.admit(acquired.map_err(Error::unavailable)?, timeouts);
                if let Some(permit) = permit {
                    return Ok(permit);
                }
                sleep(CHECK_INTERVAL).await;
                next = Box::pin(Arc::clone(&self.0.permits).acquire_owned());
            }
            timeouts.expect_patience(began.elapsed(), self.0.progress.elapsed())?;
        }
    }

    /// Refuses all that wait and that come later, with 503. Permits that were acquired stay valid.
    pub fn close(&self) {
        self.0.permits.close();
    }

    fn admit(&self, permit: OwnedSemaphorePermit, timeouts: QueueTimeouts) -> Option<Permit> {
        let probe = if self.is_stalled(timeouts) { Some(Probe::begin(self)?) } else { None };
        Some(Permit { _permit: permit, _probe: probe })
    }

    fn is_stalled(&self, timeouts: QueueTimeouts) -> bool {
        self.0.has_lock_timeout.load(Ordering::Relaxed) && self.0.progress.elapsed() >= timeouts.stalled
    }
}

impl QueueTimeouts {
    /// 503 for a request that has waited too long.
    pub fn expect_patience(&self, waited: Duration, without_progress: Duration) -> Result<()> {
        if waited >= self.total {
            return Err(Error::unavailable("the queue for the database is too long"));
        }
        if waited.min(without_progress) >= self.stalled {
            return Err(Error::unavailable("the database makes no progress"));
        }
        Ok(())
    }
}

impl Probe {
    /// `None` if another request is trying already.
    fn begin(permits: &Permits) -> Option<Self> {
        let is_first = !permits.0.is_probing.swap(true, Ordering::Relaxed);
        is_first.then(|| Self(permits.clone()))
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.0.0.is_probing.store(false, Ordering::Relaxed);
    }
}

impl<'a> Waiting<'a> {
    fn enter(waiting: &'a AtomicUsize) -> Result<Self> {
        let place = Self(waiting);
        if waiting.fetch_add(1, Ordering::Relaxed) >= MAX_WAITING {
            return Err(Error::unavailable(TOO_MANY_WAIT));
        }
        Ok(place)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STALLED: Duration = Duration::from_secs(2);
    const TIMEOUTS: QueueTimeouts =
        QueueTimeouts { total: Duration::from_secs(10), stalled: STALLED, retry: STALLED };

    #[tokio::test]
    async fn waiting_ends_after_two_seconds_without_progress() {
        let permits = Permits::new(1);
        let _held = permits.acquire(TIMEOUTS, Instant::now()).await.unwrap();
        let since = Instant::now();
        assert!(matches!(permits.acquire(TIMEOUTS, Instant::now()).await, Err(Error::Unavailable { .. })));
        assert!(since.elapsed() >= TIMEOUTS.stalled);
    }

    #[tokio::test]
    async fn a_returned_permit_goes_to_the_next_in_the_queue() {
        let permits = Permits::new(1);
        let held = permits.acquire(TIMEOUTS, Instant::now()).await.unwrap();
        let next = tokio::spawn({
            let permits = permits.clone();
            async move { permits.acquire(TIMEOUTS, Instant::now()).await.is_ok() }
        });
        tokio::task::yield_now().await;
        drop(held);
        assert!(next.await.unwrap());
    }

    #[tokio::test]
    async fn a_closed_queue_refuses_those_that_wait_and_those_that_come() {
        let permits = Permits::new(1);
        let held = permits.acquire(TIMEOUTS, Instant::now()).await.unwrap();
        let next = tokio::spawn({
            let permits = permits.clone();
            async move { permits.acquire(TIMEOUTS, Instant::now()).await.is_err() }
        });
        tokio::task::yield_now().await;
        permits.close();
        assert!(next.await.unwrap());
        drop(held);
        assert!(matches!(permits.acquire(TIMEOUTS, Instant::now()).await, Err(Error::Unavailable { .. })));
    }

    #[tokio::test]
    async fn a_permit_that_is_returned_is_no_progress() {
        let permits = Permits::new(1);
        let since = Instant::now();
        sleep(Duration::from_millis(2)).await;
        let waited = since.elapsed();
        drop(permits.acquire(TIMEOUTS, Instant::now()).await.unwrap());
        assert!(permits.0.progress.elapsed() >= waited);
        permits.note_progress();
        assert!(permits.0.progress.elapsed() < since.elapsed());
    }

    #[tokio::test]
    async fn all_permits_of_a_free_queue_are_acquired_at_once() {
        let permits = Permits::new(4);
        let _all = timeout(Duration::ZERO, permits.acquire_all()).await.unwrap().unwrap();
        assert!(permits.try_acquire(TIMEOUTS).is_none());
    }

    #[tokio::test]
    async fn one_request_at_a_time_tries_a_stalled_database() {
        let permits = Permits::new(2);
        let timeouts = QueueTimeouts { stalled: Duration::ZERO, ..TIMEOUTS };
        permits.note_lock_timeout();
        let probe = permits.try_acquire(timeouts).unwrap();
        assert!(permits.try_acquire(timeouts).is_none());
        drop(probe);
        let _probe = permits.try_acquire(timeouts).unwrap();
        permits.note_progress();
        assert!(permits.try_acquire(timeouts).is_some());
    }

    #[tokio::test]
    async fn a_full_queue_refuses() {
        let permits = Permits::new(1);
        let _held = permits.acquire(TIMEOUTS, Instant::now()).await.unwrap();
        permits.0.waiting.store(MAX_WAITING, Ordering::Relaxed);
        assert!(matches!(permits.acquire(TIMEOUTS, Instant::now()).await, Err(Error::Unavailable { .. })));
        assert_eq!(permits.0.waiting.load(Ordering::Relaxed), MAX_WAITING);
    }
}
