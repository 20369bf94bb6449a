//! The queue in front of the database's connections. Lanes take turns. A request waits longer while others make
//! progress, and ends early if the database makes none.

mod limits;
mod lock_timeouts;
mod queue_timeouts;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::{
    sync::{Notify, oneshot},
    time::timeout,
};

use self::{limits::Limits, lock_timeouts::LockTimeouts};
pub(super) use self::{
    limits::{MAX_OVERDUE, Share},
    queue_timeouts::QueueTimeouts,
};
use super::{
    Lane,
    last_time::LastTime,
    turns::{Turns, closed},
};
use crate::error::{Error, Result};

pub(super) const CHECK_INTERVAL: Duration = Duration::from_millis(250);

/// Permits for connections of a pool. Clones share them.
#[derive(Clone)]
pub(super) struct Permits(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    /// No transaction runs any more.
    idle: Notify,
    /// How long without success means that the database is stalled.
    stalled: Duration,
    /// When work last succeeded.
    progress: LastTime,
}

struct State {
    waiting: Turns<Waiting>,
    limits: Limits,
    last_number: u64,
    lock_timeouts: LockTimeouts,
    is_probing: bool,
    is_closed: bool,
    /// How many want that no transaction runs.
    holders: usize,
}

struct Waiting {
    number: u64,
    permit: oneshot::Sender<Permit>,
}

/// A place in the queue, which ends on drop.
struct Place<'a> {
    permits: &'a Permits,
    lane: Lane,
    number: u64,
}

/// The right to use one connection. Returned on drop.
pub(super) struct Permit {
    permits: Permits,
    lane: Lane,
    number: u64,
    /// While the database is stalled, one request at a time tries it, so that the others do not wait for the same lock
    /// one after another.
    is_probe: bool,
}

/// No transaction begins while it exists.
pub(super) struct AllPermits(Permits);

impl Permits {
    /// `stalled` as in [`QueueTimeouts`].
    pub fn new(connections: u32, share: Share, stalled: Duration) -> Self {
        let state = State {
            waiting: Turns::default(),
            limits: Limits::new(connections as usize, share),
            last_number: 0,
            lock_timeouts: LockTimeouts::default(),
            is_probing: false,
            is_closed: false,
            holders: 0,
        };
        let (state, progress) = (Mutex::new(state), LastTime::now());
        Self(Arc::new(Inner { state, idle: Notify::new(), stalled, progress }))
    }

    /// The timeouts count from `began`, when the request asked for its first permit.
    ///
    /// # Errors
    /// 503 if the queue is full or closed, or if a timeout passes first.
    pub async fn acquire(&self, lane: Lane, timeouts: QueueTimeouts, began: Instant) -> Result<Permit> {
        let (place, mut permit) = self.enter(lane)?;
        loop {
            self.serve();
            match timeout(CHECK_INTERVAL, &mut permit).await {
                Ok(permit) => return permit.map_err(|_| closed()),
                Err(_) => place.expect_patience(timeouts, began.elapsed())?,
            }
        }
    }

    /// Waits until no transaction runs. None begins while what it returns exists.
    pub async fn acquire_all(&self) -> AllPermits {
        self.state().holders += 1;
        let all = AllPermits(self.clone());
        loop {
            let idle = self.0.idle.notified();
            if self.state().limits.is_idle() {
                return all;
            }
            idle.await;
        }
    }

    /// Must be called when work of this lane succeeds on the database. A permit that is returned proves nothing: its
    /// work may have waited for a lock in vain.
    pub fn note_progress(&self, lane: Lane) {
        self.0.progress.note();
        let State { limits, lock_timeouts, .. } = &mut *self.state();
        lock_timeouts.note_progress(lane, |lane| limits.runs(lane));
    }

    /// Work of this lane has waited for a lock in vain.
    pub fn note_lock_timeout(&self, lane: Lane) {
        self.state().lock_timeouts.note(lane);
    }

    /// Refuses all that wait and that come later, with 503. Permits that were acquired stay valid.
    pub fn close(&self) {
        let mut state = self.state();
        state.is_closed = true;
        let waiting = state.waiting.remove_all();
        drop(state);
        drop(waiting);
    }

    fn enter(&self, lane: Lane) -> Result<(Place<'_>, oneshot::Receiver<Permit>)> {
        let mut state = self.state();
        if state.is_closed {
            return Err(closed());
        }
        state.waiting.expect_room(lane)?;
        let (sender, permit) = oneshot::channel();
        state.last_number += 1;
        let number = state.last_number;
        state.waiting.push(lane, Waiting { number, permit: sender });
        state.limits.note(lane, Instant::now());
        Ok((Place { permits: self, lane, number }, permit))
    }

    /// Gives free permits to requests that wait.
    fn serve(&self) {
        while let Some((waiting, permit)) = self.next() {
            // The request may have left; then the permit is returned at once.
            _ = waiting.permit.send(permit);
        }
    }

    fn next(&self) -> Option<(Waiting, Permit)> {
        let (mut state, now) = (self.state(), Instant::now());
        if state.holders > 0 || !state.limits.has_free(now) {
            return None;
        }
        let State { waiting, limits, lock_timeouts, is_probing, .. } = &mut *state;
        let is_stalled = lock_timeouts.are_in_several() && self.0.progress.elapsed() >= self.0.stalled;
        // Another lane may be well while those that have timed out wait for locks of their own.
        let probes = |lane| is_stalled && (limits.runs(lane) || lock_timeouts.has(lane));
        let (lane, waiting) =
            waiting.take(|lane, _| limits.admit(lane, now) && !(*is_probing && probes(lane)))?;
        let is_probe = probes(lane);
        let number = waiting.number;
        limits.begin(lane, number, now);
        *is_probing |= is_probe;
        Some((waiting, Permit { permits: self.clone(), lane, number, is_probe }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit {
    pub fn lane(&self) -> Lane {
        self.lane
    }
}

impl Place<'_> {
    /// Who waits only for a transaction of its own workspace is as patient as if it waited in the database: until that
    /// one ends, and after a lock timeout until `retry`. After a lock timeout, only as many as there are permits are so
    /// patient while nothing succeeds.
    fn expect_patience(&self, timeouts: QueueTimeouts, waited: Duration) -> Result<()> {
        let State { waiting, limits, lock_timeouts, .. } = &*self.permits.state();
        let without_progress = self.permits.0.progress.elapsed();
        if !limits.waits_for_itself(self.lane) || lock_timeouts.are_in_several() {
            return timeouts.expect_patience(waited, without_progress);
        }
        if !lock_timeouts.has(self.lane) {
            return timeouts.expect_patience(waited, Duration::ZERO);
        }
        if waited >= timeouts.retry {
            return Err(Error::unavailable("the workspace is locked"));
        }
        let is_first = waiting.ahead(self.lane, |waiting| waiting.number == self.number) < limits.permits();
        timeouts.expect_patience(waited, if is_first { Duration::ZERO } else { without_progress })
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let left = self.permits.state().waiting.remove(self.lane, |waiting| waiting.number == self.number);
        drop(left);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = self.permits.state();
        state.limits.end(self.number);
        state.is_probing &= !self.is_probe;
        if state.limits.is_idle() {
            self.permits.0.idle.notify_waiters();
        }
        drop(state);
        self.permits.serve();
    }
}

impl Drop for AllPermits {
    fn drop(&mut self) {
        self.0.state().holders -= 1;
        self.0.serve();
    }
}

#[cfg(test)]
mod tests;
