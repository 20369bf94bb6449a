//! The queue in front of the database. A queue that moves may be waited for; one that stands may not.

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

const MOST_WAITING: usize = 2_000;
const LOOK_EVERY: Duration = Duration::from_millis(250);

#[derive(Clone)]
pub(super) struct Permits(Arc<Inner>);

struct Inner {
    permits: Arc<Semaphore>,
    waiting: AtomicUsize,
    opened: Instant,
    /// Milliseconds after `opened` at which somebody last passed or left.
    moved_at: AtomicU64,
}

/// A place in the queue; given up on drop.
struct Waiting<'a>(&'a AtomicUsize);

/// How long somebody waits: for a turn, and for anybody's turn.
#[derive(Debug, Clone, Copy)]
pub(super) struct QueueTimeouts {
    pub turn: Duration,
    pub standstill: Duration,
}

/// The right to use one connection. The queue moves when it is given back.
pub(super) struct Permit {
    permits: Permits,
    _permit: OwnedSemaphorePermit,
}

impl Permits {
    pub fn new(width: usize) -> Self {
        Self(Arc::new(Inner {
            permits: Arc::new(Semaphore::new(width)),
            waiting: AtomicUsize::new(0),
            opened: Instant::now(),
            moved_at: AtomicU64::new(0),
        }))
    }

    pub async fn acquire(&self, timeouts: QueueTimeouts) -> Result<Permit> {
        let permits = &self.0.permits;
        let permit = match Arc::clone(permits).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => self.wait(timeouts).await?,
        };
        self.moved();
        Ok(Permit { permits: self.clone(), _permit: permit })
    }

    async fn wait(&self, timeouts: QueueTimeouts) -> Result<OwnedSemaphorePermit> {
        let _place = Waiting::enter(&self.0.waiting)?;
        let since = Instant::now();
        let mut turn = std::pin::pin!(Arc::clone(&self.0.permits).acquire_owned());
        loop {
            if let Ok(permit) = timeout(LOOK_EVERY, &mut turn).await {
                return permit.map_err(Error::unavailable);
            }
            if since.elapsed() >= timeouts.turn {
                return Err(Error::unavailable("the queue for the database is too long"));
            }
            if since.elapsed().min(self.stood_still_for()) >= timeouts.standstill {
                return Err(Error::unavailable("the database makes no progress"));
            }
        }
    }

    fn moved(&self) {
        self.0.moved_at.store(millis(self.0.opened.elapsed()), Ordering::Relaxed);
    }

    fn stood_still_for(&self) -> Duration {
        self.0.opened.elapsed().saturating_sub(Duration::from_millis(self.0.moved_at.load(Ordering::Relaxed)))
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.permits.moved();
    }
}

impl<'a> Waiting<'a> {
    fn enter(waiting: &'a AtomicUsize) -> Result<Self> {
        let place = Self(waiting);
        if waiting.fetch_add(1, Ordering::Relaxed) >= MOST_WAITING {
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
        QueueTimeouts { turn: Duration::from_secs(10), standstill: Duration::from_secs(2) };

    #[tokio::test]
    async fn a_standing_queue_is_left_after_two_seconds() {
        let permits = Permits::new(1);
        let _held = permits.acquire(TIMEOUTS).await.unwrap();
        let since = Instant::now();
        assert!(matches!(permits.acquire(TIMEOUTS).await, Err(Error::Unavailable { .. })));
        assert!(since.elapsed() >= TIMEOUTS.standstill);
    }

    #[tokio::test]
    async fn a_permit_given_back_lets_the_next_one_through() {
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
    async fn the_queue_has_an_end() {
        let permits = Permits::new(1);
        let _held = permits.acquire(TIMEOUTS).await.unwrap();
        permits.0.waiting.store(MOST_WAITING, Ordering::Relaxed);
        assert!(matches!(permits.acquire(TIMEOUTS).await, Err(Error::Unavailable { .. })));
        assert_eq!(permits.0.waiting.load(Ordering::Relaxed), MOST_WAITING);
    }
}
