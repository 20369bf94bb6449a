//! Work in the background. A job is a type that implements [`Job`], in a file of its own, and a line in [`KINDS`].
//! It is written with [`Job::write`] in the transaction that promises it, and run at least once.

pub mod letters;
mod policy;
pub mod runner;
pub mod sweep;

use futures_util::future::LocalBoxFuture;
use serde::{Serialize, de::DeserializeOwned};

pub use self::policy::{Policy, Repeat};
use self::{letters::Letter, sweep::Sweep};
use crate::{
    app::App,
    clock::Moment,
    db::Conn,
    error::{Error, Result},
    models::{job::NewJob, vault::Vault},
};

/// Every kind of job there is.
pub const KINDS: [Kind; 2] = [Kind::new::<Sweep>(), Kind::new::<Letter>()];

/// What a job has to know, as it is kept sealed in the table, and what it does.
pub trait Job: Serialize + DeserializeOwned + 'static {
    /// Stored with each job: never renamed.
    const KIND: &'static str;
    const POLICY: Policy;

    /// What the job is about. A job replaces one of its kind and subject that is not done yet.
    fn subject(&self) -> String;

    fn workspace_id(&self) -> Option<i64> {
        None
    }

    /// The lowest number goes first among jobs of this kind.
    fn priority(&self) -> i32 {
        0
    }

    /// One attempt, outside any transaction. An attempt may have succeeded without its being noted: run twice, it does
    /// no harm.
    fn run(self, app: App) -> impl Future<Output = Result<(), Failure>>;

    /// What else is written when no further attempt will be made.
    fn give_up(&self, _conn: &mut Conn, _now: Moment) -> Result<()> {
        Ok(())
    }

    fn write(&self, conn: &mut Conn, vault: &Vault, now: Moment) -> Result<()> {
        let payload = serde_json::to_string(self).map_err(Error::ours)?;
        let job = NewJob {
            workspace_id: self.workspace_id(),
            kind: Self::KIND,
            subject: &self.subject(),
            priority: self.priority(),
            payload: &payload,
        };
        job.replace(conn, vault, now)
    }
}

/// Why an attempt failed, in words without secrets and addresses: they are stored and logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// It may succeed later.
    Later(String),
    /// It never will.
    Never(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        log::warn!("a job met a failure: {error:?}");
        Self::Later(error.to_string())
    }
}

/// A kind of job, without its type.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    pub name: &'static str,
    pub policy: Policy,
    run: fn(App, &str) -> LocalBoxFuture<'static, Result<(), Failure>>,
    give_up: fn(&str, &mut Conn, Moment) -> Result<()>,
}

impl Kind {
    const fn new<J: Job>() -> Self {
        Self { name: J::KIND, policy: J::POLICY, run: run::<J>, give_up: give_up::<J> }
    }
}

fn run<J: Job>(app: App, payload: &str) -> LocalBoxFuture<'static, Result<(), Failure>> {
    let job: Result<J, _> = serde_json::from_str(payload);
    Box::pin(async move {
        match job {
            Ok(job) => job.run(app).await,
            Err(_) => Err(Failure::Never("this version cannot read the job".to_owned())),
        }
    })
}

/// A payload that cannot be read leaves nothing else to write.
fn give_up<J: Job>(payload: &str, conn: &mut Conn, now: Moment) -> Result<()> {
    serde_json::from_str(payload).map_or(Ok(()), |job: J| job.give_up(conn, now))
}
