//! Requests for the same function of the database that wait at the same time go together, in one call.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use actix_web::rt;
use tokio::sync::oneshot;

use super::{Conn, Intent, permits::MAX_WAITING, queued_pool::QueuedPool};
use crate::error::{Error, Result};

/// More calls at once would only make each of them shorter.
const MAX_CALLS: usize = 2;
const MAX_REQUESTS_IN_A_CALL: usize = 64;

/// The requests for one function. Clones share them.
#[derive(Clone)]
pub(super) struct Batches {
    state: Arc<Mutex<State>>,
    function: Function,
}

/// Answers JSON requests in their order, with one statement that commits itself.
pub(super) type Function = fn(&mut Conn, &[String]) -> Result<Vec<Option<String>>>;

#[derive(Default)]
struct State {
    waiting: VecDeque<Waiting>,
    calls: usize,
}

struct Waiting {
    request: String,
    answer: oneshot::Sender<Result<Option<String>>>,
}

/// Makes calls until no request waits.
struct Caller {
    batches: Batches,
    is_counted: bool,
}

impl Batches {
    pub fn new(function: Function) -> Self {
        Self { state: Arc::default(), function }
    }

    /// The function's answer to this request. `None` also after a failure that certainly changed nothing.
    ///
    /// # Errors
    /// 503 if the database does not answer, or if nobody knows whether it did what was asked.
    pub async fn ask(&self, pool: &QueuedPool, request: String) -> Result<Option<String>> {
        let (answer, answered) = oneshot::channel();
        self.enqueue(Waiting { request, answer })?;
        if let Some(caller) = Caller::begin(self) {
            rt::spawn(caller.run(pool.clone()));
        }
        answered.await.map_err(Error::unavailable)?
    }

    fn enqueue(&self, waiting: Waiting) -> Result<()> {
        let mut state = self.state();
        if state.waiting.len() >= MAX_WAITING {
            return Err(Error::unavailable("too many requests wait for the database"));
        }
        state.waiting.push_back(waiting);
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Caller {
    /// `None` if enough others make calls.
    fn begin(batches: &Batches) -> Option<Self> {
        let mut state = batches.state();
        (state.calls < MAX_CALLS).then(|| {
            state.calls += 1;
            Self { batches: batches.clone(), is_counted: true }
        })
    }

    async fn run(mut self, pool: QueuedPool) {
        while let Some(waiting) = self.next() {
            let (requests, answers): (Vec<String>, Vec<_>) =
                waiting.into_iter().map(|waiting| (waiting.request, waiting.answer)).unzip();
            let function = self.batches.function;
            let outcome = pool.run(Intent::Call, move |conn| function(conn, &requests)).await;
            let mut outcomes = outcome.map(Vec::into_iter);
            for answer in answers {
                let outcome = match &mut outcomes {
                    Ok(outcomes) => Ok(outcomes.next().flatten()),
                    Err(Error::Unavailable { .. }) => {
                        Err(Error::unavailable("a call of the database failed"))
                    }
                    Err(_) => Ok(None),
                };
                _ = answer.send(outcome); // fails if the client has left
            }
        }
    }

    /// The requests that wait, without those whose client has left; `None` ends this caller.
    fn next(&mut self) -> Option<Vec<Waiting>> {
        let mut state = self.batches.state();
        let mut next = Vec::new();
        while next.len() < MAX_REQUESTS_IN_A_CALL
            && let Some(waiting) = state.waiting.pop_front()
        {
            if !waiting.answer.is_closed() {
                next.push(waiting);
            }
        }
        if next.is_empty() {
            state.calls -= 1;
            self.is_counted = false;
        }
        (!next.is_empty()).then_some(next)
    }
}

impl Drop for Caller {
    fn drop(&mut self) {
        if self.is_counted {
            self.batches.state().calls -= 1;
        }
    }
}
