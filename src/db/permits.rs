//! The queue in front of the database's connections. A request waits longer while others make progress, and ends
//! early if the database makes none.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::error::{Error, Result};

const MAX_WAITING: usize = 2_000;
const CHECK_INTERVAL: Duration = Duration::from_millis(250);

/// Permits for all connections of a pool. Clones share them.
#[derive(Clone)]
pub(super) struct Permits(Arc<Inner>);

struct Inner {
    permits: Arc<Semaphore>,
    waiting: AtomicUsize,
    created_at: Instant,
    /// When a permit was last acquired or returned, in milliseconds after `created_at`.
    last_progress_ms: AtomicU64,
}

/// A place in the queue, which ends on drop.
struct Waiting<'a>(&'a AtomicUsize);

/// How long a request waits for a permit: at most `total`, and at most `stalled` while no permit is acquired or
/// returned.
#[derive(Debug, Clone, Copy)]
pub(super) struct QueueTimeouts {
    pub total: Duration,
    pub stalled: Duration,
}

/// The right to use one connection. Returned on drop, which counts as progress.
pub(super) struct Permit {
    permits: Permits,
    _permit: OwnedSemaphorePermit,
}

impl Permits {
    pub fn new(connections: usize) -> Self {
        Self(Arc::new(Inner {
            permits: Arc::new(Semaphore::new(connections)),
            waiting: AtomicUsize::new(0),
            created_at: Instant::now(),
            last_progress_ms: AtomicU64::new(0),
        }))
    }

    /// # Errors
    /// 503 if the queue is full, or if a timeout passes first.
    pub async fn acquire(&self, timeouts: QueueTimeouts) -> Result<Permit> {
        let permits = &self.0.permits;
        let permit = match Arc::clone(permits).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => self.wait(timeouts).await?,
        };
        self.note_progress();
        Ok(Permit { permits: self.clone(), _permit: permit })
    }

    /// The permits of all connections at once, so that no transaction runs. New ones wait.
    pub async fn acquire_all(&self, connections: u32) -> Result<OwnedSemaphorePermit> {
        Arc::clone(&self.0.permits).acquire_many_owned(connections).await.map_err(Error::unavailable)
    }

    async fn wait(&self, timeouts: QueueTimeouts) -> Result<OwnedSemaphorePermit> {
        let _place = Waiting::enter(&self.0.waiting)?;
        let began = Instant::now();
        let mut permit = std::pin::pin!(Arc::clone(&self.0.permits).acquire_owned());
        loop {
            if let Ok(acquired) = timeout(CHECK_INTERVAL, &mut permit).await {
                return acquired.map_err(Error::unavailable);
            }
            if began.elapsed() >= timeouts.total {
                return Err(Error::unavailable("the queue for the database is too long"));
            }
            if began.elapsed().min(self.time_without_progress()) >= timeouts.stalled {
                return Err(Error::unavailable("the database makes no progress"));
            }
        }
    }

    /// Refuses all that wait and that come later, with 503. Permits that were acquired stay valid.
    pub fn close(&self) {
        self.0.permits.close();
    }

    fn note_progress(&self) {
        self.0.last_progress_ms.store(millis(self.0.created_at.elapsed()), Ordering::Relaxed);
    }

    fn time_without_progress(&self) -> Duration {
        self.0
            .created_at
            .elapsed()
            .saturating_sub(Duration::from_millis(self.0.last_progress_ms.load(Ordering::Relaxed)))
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.permits.note_progress();
    }
}

impl<'a> Waiting<'a> {
    fn enter(waiting: &'a AtomicUsize) -> Result<Self> {
        let place = Self(waiting);
        if waiting.fetch_add(1, Ordering::Relaxed) >= MAX_WAITING {
            return Err(Error::unavailable("too many requests wait for the database"));
        }
        Ok(place)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMEOUTS: QueueTimeouts =
        QueueTimeouts { total: Duration::from_secs(10), stalled: Duration::from_secs(2) };

    #[tokio::test]
    async fn waiting_ends_after_two_seconds_without_progress() {
        let permits = Permits::new(1);
        let _held = permits.acquire(TIMEOUTS).await.unwrap();
        let since = Instant::now();
        assert!(matches!(permits.acquire(TIMEOUTS).await, Err(Error::Unavailable { .. })));
        assert!(since.elapsed() >= TIMEOUTS.stalled);
    }

    #[tokio::test]
    async fn a_returned_permit_goes_to_the_next_in_the_queue() {
        let permits = Permits::new(1);
        let held = permits.acquire(TIMEOUTS).await.unwrap();
        let next = tokio::spawn({
            let permits = permits.clone();
            async move { permits.acquire(TIMEOUTS).await.is_ok() }
        });
        tokio::task::yield_now().await;
        drop(held);
        assert!(next.await.unwrap());
    }

    #[tokio::test]
    async fn a_closed_queue_refuses_those_that_wait_and_those_that_come() {
        let permits = Permits::new(1);
        let held = permits.acquire(TIMEOUTS).await.unwrap();
        let next = tokio::spawn({
            let permits = permits.clone();
            async move { permits.acquire(TIMEOUTS).await.is_err() }
        });
        tokio::task::yield_now().await;
        permits.close();
        assert!(next.await.unwrap());
        drop(held);
        assert!(matches!(permits.acquire(TIMEOUTS).await, Err(Error::Unavailable { .. })));
    }

    #[tokio::test]
    async fn a_full_queue_refuses() {
        let permits = Permits::new(1);
        let _held = permits.acquire(TIMEOUTS).await.unwrap();
        permits.0.waiting.store(MAX_WAITING, Ordering::Relaxed);
        assert!(matches!(permits.acquire(TIMEOUTS).await, Err(Error::Unavailable { .. })));
        assert_eq!(permits.0.waiting.load(Ordering::Relaxed), MAX_WAITING);
    }
}
