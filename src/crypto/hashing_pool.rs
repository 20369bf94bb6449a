//! The threads on which passwords are hashed: few, their memory reused, with a short queue in front.
//! A rush of logins meets a full queue and a 503, never an empty machine (G1).

use std::{
    panic::{self, AssertUnwindSafe},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread,
    time::Duration,
};

use argon2::Params;
use tokio::sync::oneshot;

use super::hasher::Hasher;
use crate::error::{Error, Result};

const RETRY_AFTER: Duration = Duration::from_secs(1);

type Job = Box<dyn FnOnce(&mut Hasher) + Send>;

/// The threads end with the last clone.
#[derive(Clone)]
pub(super) struct HashingPool {
    queue: SyncSender<Job>,
}

impl HashingPool {
    /// At least one thread, and at least one waiting job.
    pub(super) fn start(threads: usize, queue: usize, cost: &Params) -> Self {
        let (sender, waiting) = sync_channel(queue.max(1));
        let waiting = Arc::new(Mutex::new(waiting));
        for number in 0..threads.max(1) {
            let (waiting, cost) = (Arc::clone(&waiting), cost.clone());
            thread::Builder::new()
                .name(format!("hashing-{number}"))
                .spawn(move || work(&waiting, &cost))
                .expect("a thread at start-up");
        }
        Self { queue: sender }
    }

    /// A job whose asker stopped waiting is skipped when its turn comes.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Hasher) -> T + Send + 'static,
    ) -> Result<T> {
        let (asker, answer) = oneshot::channel();
        let job = Box::new(move |hasher: &mut Hasher| {
            if !asker.is_closed() {
                let _ = asker.send(job(hasher));
            }
        });
        self.queue.try_send(job).map_err(|error| refusal(&error))?;
        answer.await.map_err(|_| Error::ours("a password job panicked"))
    }
}

fn refusal(error: &TrySendError<Job>) -> Error {
    match error {
        TrySendError::Full(_) => Error::Unavailable { retry_after: RETRY_AFTER, cause: None },
        TrySendError::Disconnected(_) => Error::ours("the hashing threads are gone"),
    }
}

fn work(waiting: &Mutex<Receiver<Job>>, cost: &Params) {
    let mut hasher = Hasher::new(cost);
    while let Some(job) = next(waiting) {
        if panic::catch_unwind(AssertUnwindSafe(|| job(&mut hasher))).is_err() {
            hasher = Hasher::new(cost);
        }
    }
}

/// Idle threads queue up at the lock; nothing once every asker is gone for good.
fn next(waiting: &Mutex<Receiver<Job>>) -> Option<Job> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

#[cfg(test)]
mod tests;
