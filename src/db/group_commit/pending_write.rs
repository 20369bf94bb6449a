//! A closure that waits for the writer, with the request that waits for its result.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use diesel::result::Error as Failure;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::{
    db::{
        Conn,
        events::{self, Listener},
        signal,
    },
    error::{Error, Result},
    request_id,
};

/// A [`PendingWrite`] of any type.
pub(super) trait Pending: Send {
    /// Runs the closure in the open transaction, and keeps its result. `generation` is held until the closure is dropped.
    fn run(&mut self, conn: &mut Conn, generation: Arc<()>) -> Ran;

    /// Drops the result of a run that was rolled back, and what it holds.
    fn forget(&mut self);

    /// Whether the closure announced a job in its last run.
    fn wrote_job(&self) -> bool;

    /// Whether the request still waits.
    fn is_wanted(&self) -> bool;

    /// Sends the kept result.
    fn answer(self: Box<Self>);

    fn refuse(self: Box<Self>, error: Error);
}

/// What a run of a closure means for the transaction.
pub(super) enum Ran {
    Accepted,
    /// The closure refused the request, and what it wrote must be rolled back.
    Refused,
    /// The database failed.
    Failed(Failure),
    Panicked,
}

pub(super) struct PendingWrite<T, F> {
    work: F,
    reply: oneshot::Sender<Result<T>>,
    listener: Option<Arc<dyn Listener>>,
    request_id: Option<Uuid>,
    result: Option<Result<T>>,
    wrote_job: bool,
    generation: Option<Arc<()>>,
}

impl<T, F> PendingWrite<T, F>
where
    F: Fn(&mut Conn) -> Result<T> + Send,
    T: Send,
{
    pub fn new(work: F, reply: oneshot::Sender<Result<T>>, listener: Option<Arc<dyn Listener>>) -> Self {
        Self {
            work,
            reply,
            listener,
            request_id: request_id::current(),
            result: None,
            wrote_job: false,
            generation: None,
        }
    }
}

impl<T, F> Pending for PendingWrite<T, F>
where
    F: Fn(&mut Conn) -> Result<T> + Send,
    T: Send,
{
    fn run(&mut self, conn: &mut Conn, generation: Arc<()>) -> Ran {
        self.generation = Some(generation);
        signal::reset();
        events::reset(self.listener.clone());
        let work = AssertUnwindSafe(|| {
            let answer = (self.work)(conn)?;
            events::insert_collected(conn)?;
            Ok(answer)
        });
        let outcome = request_id::run_as(self.request_id, || catch_unwind(work));
        let (result, ran) = match outcome {
            Ok(Ok(value)) => (Some(Ok(value)), Ran::Accepted),
            Ok(Err(Error::Database(failure))) => (None, Ran::Failed(failure)),
            Ok(Err(error)) => (Some(Err(error)), Ran::Refused),
            Err(_) => (Some(Err(Error::ours("a transaction panicked"))), Ran::Panicked),
        };
        self.wrote_job = matches!(ran, Ran::Accepted) && signal::take();
        self.result = result;
        ran
    }

    fn forget(&mut self) {
        (self.result, self.wrote_job, self.generation) = (None, false, None);
    }

    fn wrote_job(&self) -> bool {
        self.wrote_job
    }

    fn is_wanted(&self) -> bool {
        !self.reply.is_closed()
    }

    fn answer(self: Box<Self>) {
        let Self { work, reply, result, generation, .. } = *self;
        drop((work, generation));
        _ = reply.send(result.unwrap_or_else(|| Err(Error::ours("a closure without a result"))));
    }

    fn refuse(self: Box<Self>, error: Error) {
        let Self { work, reply, generation, .. } = *self;
        drop((work, generation));
        _ = reply.send(Err(error));
    }
}
