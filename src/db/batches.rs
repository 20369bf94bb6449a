//! Requests for the same function of the database that wait at the same time go together, in one call.

use std::{
    any::Any,
    collections::{HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use tokio::{runtime::Handle, sync::oneshot, time::timeout};

use super::{
    Conn, Intent, Lane,
    queued_pool::QueuedPool,
    turns::{MAX_WAITING, too_many_wait},
};
use crate::error::{Error, Result};

const MAX_CALLS: usize = 2;
/// Fewer wait for the end of the other call, and then go together: a request costs less, the more are in its call.
const MIN_REQUESTS_BESIDE_ANOTHER_CALL: usize = 6;
const MAX_REQUESTS_IN_A_CALL: usize = 64;

/// The requests for one function. Clones share them.
#[derive(Clone)]
pub(super) struct Batches {
    state: Arc<Mutex<State>>,
    function: Function,
    /// Where the calls run, whichever worker began them: a worker that stops drops its tasks.
    runtime: Arc<OnceLock<Handle>>,
}

/// A request in JSON.
pub struct Request {
    /// Which the call locks. Two calls at the same time are not for the same one.
    pub workspace_id: i64,
    pub user_id: i64,
    /// The names of the account that it is about. Requests with the same one in the same workspace go in different calls.
    pub names: [String; 2],
    pub json: String,
    /// Whether it writes work for the job runner.
    pub announces: bool,
    /// Are dropped after the call, also if the client has left before: the keys that sealed secrets of the request, which
    /// count as used until then.
    pub _keys: Vec<Arc<dyn Any + Send + Sync>>,
}

/// Answers JSON requests in their order, with one statement that commits itself.
pub(super) type Function = fn(&mut Conn, &[Request]) -> Result<Vec<Option<String>>>;

#[derive(Default)]
struct State {
    waiting: VecDeque<Waiting>,
    calls: usize,
    /// The workspaces of these calls.
    locked: HashSet<i64>,
}

struct Waiting {
    request: Request,
    answer: oneshot::Sender<Result<Option<String>>>,
}

/// Makes calls until no request waits.
struct BatchRunner {
    batches: Batches,
    is_counted: bool,
    /// The workspaces of its call.
    locked: Vec<i64>,
}

impl Batches {
    pub fn new(function: Function) -> Self {
        Self { state: Arc::default(), function, runtime: Arc::default() }
    }

    /// Calls run there from now on.
    pub fn run_on(&self, runtime: Handle) {
        _ = self.runtime.set(runtime); // stays the same if the service is started again
    }

    /// The function's answer to this request. `None` also if the call failed, which is logged; then the request may try in
    /// another way, because it changed nothing or will find what it changed.
    ///
    /// # Errors
    /// 503 if the database does not answer, or if nobody knows whether it did what was asked.
    pub async fn ask(&self, pool: &QueuedPool, request: Request) -> Result<Option<String>> {
        let (answer, answered) = oneshot::channel();
        self.enqueue(Waiting { request, answer })?;
        if let Some(runner) = BatchRunner::begin(self) {
            self.runtime.get().cloned().unwrap_or_else(Handle::current).spawn(runner.run(pool.clone()));
        }
        let wait = timeout(pool.timeouts.total, answered).await;
        wait.map_err(|_| Error::unavailable("the queue for the database is too long"))?
            .map_err(Error::unavailable)?
    }

    fn enqueue(&self, waiting: Waiting) -> Result<()> {
        let mut state = self.state();
        if state.waiting.len() >= MAX_WAITING {
            state.waiting.retain(|waiting| !waiting.answer.is_closed());
        }
        if state.waiting.len() >= MAX_WAITING {
            return Err(too_many_wait());
        }
        state.waiting.push_back(waiting);
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Request {
    fn is_about_the_account_of(&self, other: &Self) -> bool {
        self.workspace_id == other.workspace_id
            && self.names.iter().zip(&other.names).any(|(own, its)| own == its)
    }
}

impl State {
    fn needs_a_call_beside(&self, others: usize) -> bool {
        others == 0 || self.waiting.len() >= MIN_REQUESTS_BESIDE_ANOTHER_CALL
    }

    fn unlock(&mut self, workspace_ids: &mut Vec<i64>) {
        for id in workspace_ids.drain(..) {
            self.locked.remove(&id);
        }
    }
}

impl BatchRunner {
    /// `None` if enough others make calls.
    fn begin(batches: &Batches) -> Option<Self> {
        let mut state = batches.state();
        (state.calls < MAX_CALLS && state.needs_a_call_beside(state.calls)).then(|| {
            state.calls += 1;
            Self { batches: batches.clone(), is_counted: true, locked: Vec::new() }
        })
    }

    async fn run(mut self, pool: QueuedPool) {
        while let Some(waiting) = self.next() {
            let (requests, answers): (Vec<Request>, Vec<_>) =
                waiting.into_iter().map(|waiting| (waiting.request, waiting.answer)).unzip();
            let function = self.batches.function;
            let outcome = pool.run(Lane::Service, Intent::Call, move |conn| function(conn, &requests)).await;
            if let Err(error) = &outcome {
                log::warn!(
                    "a call of the database for {} requests failed: {}",
                    answers.len(),
                    error.causes()
                );
            }
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

    /// The requests that wait and can go together, without those whose client has left; `None` ends this runner. What it
    /// leaves is taken by the runner that has locked the workspace, or after this call.
    fn next(&mut self) -> Option<Vec<Waiting>> {
        let mut state = self.batches.state();
        state.unlock(&mut self.locked);
        let mut next: Vec<Waiting> = Vec::new();
        let mut left = VecDeque::new();
        let most = if state.needs_a_call_beside(state.calls - 1) { MAX_REQUESTS_IN_A_CALL } else { 0 };
        while next.len() < most
            && let Some(waiting) = state.waiting.pop_front()
        {
            if waiting.answer.is_closed() {
                continue;
            }
            let request = &waiting.request;
            if state.locked.contains(&request.workspace_id)
                || next.iter().any(|other| other.request.is_about_the_account_of(request))
            {
                left.push_back(waiting);
            } else {
                next.push(waiting);
            }
        }
        left.append(&mut state.waiting);
        state.waiting = left;
        self.locked = next.iter().map(|waiting| waiting.request.workspace_id).collect();
        state.locked.extend(&self.locked);
        if next.is_empty() {
            state.calls -= 1;
            self.is_counted = false;
        }
        (!next.is_empty()).then_some(next)
    }
}

impl Drop for BatchRunner {
    /// If it ends early, those that wait are refused rather than forgotten.
    fn drop(&mut self) {
        if self.is_counted {
            let mut state = self.batches.state();
            state.unlock(&mut self.locked);
            state.calls -= 1;
            state.waiting.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        path::Path,
        sync::atomic::{AtomicUsize, Ordering},
    };

    use futures_util::future::join_all;

    use super::*;
    use crate::db::{Db, Pooling, Target};

    static CALLS: AtomicUsize = AtomicUsize::new(0);
    static KEYS: AtomicUsize = AtomicUsize::new(0);

    /// For an account with this handle and a key that nobody else has.
    fn request_for(workspace_id: i64, handle: &str) -> Request {
        let key = format!("key of {}", KEYS.fetch_add(1, Ordering::Relaxed));
        let (names, json) = ([handle.to_owned(), key], format!("{workspace_id} {handle}"));
        Request { workspace_id, user_id: 1, names, json, announces: false, _keys: Vec::new() }
    }

    fn request(json: &str) -> Request {
        Request { json: json.to_owned(), ..request_for(1, json) }
    }

    fn enqueue(batches: &Batches, request: Request) -> oneshot::Receiver<Result<Option<String>>> {
        let (answer, answered) = oneshot::channel();
        batches.enqueue(Waiting { request, answer }).unwrap();
        answered
    }

    fn taken(runner: &mut BatchRunner) -> Option<Vec<String>> {
        Some(runner.next()?.into_iter().map(|waiting| waiting.request.json).collect())
    }

    /// Answers what was asked, but panics at `panic` and fails at `fail`.
    fn echo(_: &mut Conn, requests: &[Request]) -> Result<Vec<Option<String>>> {
        CALLS.fetch_add(1, Ordering::Relaxed);
        let mut answers = Vec::new();
        for request in requests {
            match request.json.as_str() {
                "panic" => panic!("on purpose"),
                "fail" => return Err(Error::ours("on purpose")),
                json => answers.push(Some(json.to_owned())),
            }
        }
        Ok(answers)
    }

    fn open(folder: &Path) -> (Batches, QueuedPool) {
        let db = Db::open(&Target::Sqlite(folder.join("roster.sqlite3")), Pooling::None, 1, 0);
        (Batches::new(echo), db.readers)
    }

    #[tokio::test]
    async fn answers_each_request_in_few_calls_and_goes_on_after_a_panic() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("roster.sqlite3"), "").unwrap();
        let (batches, pool) = open(folder.path());
        for bad in ["fail", "panic"] {
            assert!(matches!(batches.ask(&pool, request(bad)).await, Ok(None)), "{bad}");
        }
        let before = CALLS.load(Ordering::Relaxed);
        let numbers: Vec<String> = (0..200).map(|number| number.to_string()).collect();
        let asked = numbers.iter().map(|number| batches.ask(&pool, request(number)));
        for (number, answer) in numbers.iter().zip(join_all(asked).await) {
            assert_eq!(answer.unwrap().as_ref(), Some(number));
        }
        assert!(CALLS.load(Ordering::Relaxed) - before <= 10);
    }

    #[tokio::test]
    async fn a_client_that_has_left_is_not_in_a_call() {
        let folder = tempfile::tempdir().unwrap();
        let (batches, _) = open(folder.path());
        let left = enqueue(&batches, request("left"));
        drop(left);
        let _stays = enqueue(&batches, request("stays"));
        let mut runner = BatchRunner::begin(&batches).unwrap();
        assert_eq!(taken(&mut runner).unwrap(), ["stays"]);
    }

    #[tokio::test]
    async fn two_requests_for_one_account_or_two_calls_for_one_workspace_wait_for_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let (batches, _) = open(folder.path());
        let mut answers = Vec::new();
        let mut ask =
            |workspace_id, handle| answers.push(enqueue(&batches, request_for(workspace_id, handle)));
        for (workspace_id, handle) in [(1, "falcons"), (1, "owls"), (1, "falcons"), (2, "falcons")] {
            ask(workspace_id, handle);
        }
        let mut first = BatchRunner::begin(&batches).unwrap();
        assert_eq!(taken(&mut first).unwrap(), ["1 falcons", "1 owls", "2 falcons"]);
        assert!(BatchRunner::begin(&batches).is_none(), "few wait");
        for _ in 0..MIN_REQUESTS_BESIDE_ANOTHER_CALL {
            ask(1, "owls");
        }
        ask(3, "falcons");
        let mut second = BatchRunner::begin(&batches).unwrap();
        assert_eq!(taken(&mut second).unwrap(), ["3 falcons"], "the other workspace is in the first call");
        assert_eq!(taken(&mut second), None);
        assert_eq!(taken(&mut first).unwrap(), ["1 falcons", "1 owls"]);
    }
}
