//! The threads on which passwords are hashed: few, their memory reused, with a short queue in front.
//! A rush of logins meets a full queue and, after a short wait for a seat in it, a 503; never an empty machine.

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
use crate::error::{Error, Result};

/// Whoever wakes up to answer somebody goes before a thread that hashes.
const NICENESS: i32 = 10;
/// Refused at once, an asker who asks again at once would take the processor from everybody else.
const PERMIT_TIMEOUT: Duration = Duration::from_millis(250);
const RETRY_AFTER: Duration = Duration::from_secs(1);

type Job = Box<dyn FnOnce(&mut Hasher) + Send>;

/// The threads end with the last clone.
#[derive(Clone)]
pub(super) struct HashingPool {
    queue: Sender<Job>,
    permits: Arc<Semaphore>,
}

/// The right to have one job done. Taken before what leads up to the job, so nobody does that in vain.
pub struct HashingPermit {
    _permit: OwnedSemaphorePermit,
}

impl HashingPool {
    /// At least one thread, and at least one waiting job.
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

    pub(super) async fn permit(&self) -> Result<HashingPermit> {
        match timeout(PERMIT_TIMEOUT, Arc::clone(&self.permits).acquire_owned()).await {
            Ok(permit) => Ok(HashingPermit { _permit: permit.map_err(Error::ours)? }),
            Err(_) => Err(Error::Unavailable { retry_after: RETRY_AFTER, cause: None }),
        }
    }

    /// A job whose asker stopped waiting is skipped when its turn comes.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        permit: HashingPermit,
        job: impl FnOnce(&mut Hasher) -> T + Send + 'static,
    ) -> Result<T> {
        let (asker, answer) = oneshot::channel();
        let job = Box::new(move |hasher: &mut Hasher| {
            let _permit = permit;
            if !asker.is_closed() {
                let _ = asker.send(job(hasher));
            }
        });
        self.queue.send(job).map_err(|_| Error::ours("the hashing threads are gone"))?;
        answer.await.map_err(|_| Error::ours("a password job panicked"))
    }
}

fn work(jobs: &Mutex<Receiver<Job>>, cost: &Params) {
    lower_priority();
    let mut hasher = Hasher::new(cost);
    while let Some(job) = next_job(jobs) {
        if panic::catch_unwind(AssertUnwindSafe(|| job(&mut hasher))).is_err() {
            hasher = Hasher::new(cost);
        }
    }
}

/// For the calling thread alone, as Linux has it.
fn lower_priority() {
    if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
        log::warn!("passwords are hashed at the priority of everything else: {error}");
    }
}

/// Idle threads queue up at the lock; nothing once every asker is gone for good.
fn next_job(jobs: &Mutex<Receiver<Job>>) -> Option<Job> {
    jobs.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

#[cfg(test)]
mod tests;
