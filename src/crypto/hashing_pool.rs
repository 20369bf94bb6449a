//! Hashes passwords on a few threads that reuse their memory, with a bounded queue in front.
//! When the queue is full, a request waits briefly for a permit and then gets 503, so memory stays bounded.

use std::{
    panic::{self, AssertUnwindSafe},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::Duration,
};

use argon2::Params;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, oneshot},
    time::timeout,
};

use super::hasher::Hasher;
use crate::{
    error::{Error, Result},
    thread_priority,
};

/// Waiting before the refusal slows down clients that retry at once, which would otherwise use up the processor.
const PERMIT_TIMEOUT: Duration = Duration::from_millis(250);
const RETRY_AFTER: Duration = Duration::from_secs(1);

type Job = Box<dyn FnOnce(&mut Hasher) + Send>;

/// The hashing threads and their queue. The threads end when the last clone is dropped.
#[derive(Clone)]
pub(super) struct HashingPool {
    queue: Sender<Job>,
    permits: Arc<Semaphore>,
}

/// The right to run one job. Acquire it before the work that leads to the job, so that none is done in vain.
pub struct HashingPermit {
    _permit: OwnedSemaphorePermit,
}

impl HashingPool {
    /// `threads` and `queue` count as 1 if they are 0.
    pub(super) fn start(threads: usize, queue: usize, cost: &Params) -> Self {
        let (sender, jobs) = channel();
        let jobs = Arc::new(Mutex::new(jobs));
        let threads = threads.max(1);
        for number in 0..threads {
            let (jobs, cost) = (Arc::clone(&jobs), cost.clone());
            thread::Builder::new()
                .name(format!("hashing-{number}"))
                .spawn(move || work(&jobs, &cost))
                .expect("a thread at start-up");
        }
        Self { queue: sender, permits: Arc::new(Semaphore::new(threads + queue.max(1))) }
    }

    /// # Errors
    /// 503 if none is free within [`PERMIT_TIMEOUT`].
    pub(super) async fn permit(&self) -> Result<HashingPermit> {
        match timeout(PERMIT_TIMEOUT, Arc::clone(&self.permits).acquire_owned()).await {
            Ok(permit) => Ok(HashingPermit { _permit: permit.map_err(Error::ours)? }),
            Err(_) => Err(Error::Unavailable { retry_after: RETRY_AFTER, cause: None }),
        }
    }

    /// Skips the job if its result is no longer awaited when a thread is free.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        permit: HashingPermit,
        job: impl FnOnce(&mut Hasher) -> T + Send + 'static,
    ) -> Result<T> {
        let (reply, result) = oneshot::channel();
        let job = Box::new(move |hasher: &mut Hasher| {
            let _permit = permit;
            if !reply.is_closed() {
                let _ = reply.send(job(hasher));
            }
        });
        self.queue.send(job).map_err(|_| Error::ours("the hashing threads are gone"))?;
        result.await.map_err(|_| Error::ours("a password job panicked"))
    }
}

fn work(jobs: &Mutex<Receiver<Job>>, cost: &Params) {
    thread_priority::lower();
    let mut hasher = Hasher::new(cost);
    while let Some(job) = next_job(jobs) {
        if panic::catch_unwind(AssertUnwindSafe(|| job(&mut hasher))).is_err() {
            hasher = Hasher::new(cost);
        }
    }
}

/// Idle threads wait for the lock. `None` after the last clone of the pool is dropped.
fn next_job(jobs: &Mutex<Receiver<Job>>) -> Option<Job> {
    jobs.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

#[cfg(test)]
mod tests;
