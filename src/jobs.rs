//! Background jobs. A job is a type that implements [`Job`], in its own file, and a line in [`KINDS`].
//! [`Job::write`] inserts it in the transaction that needs it; it then runs at least once.

mod broken_account;
mod deliveries;
pub mod integrity;
pub mod letters;
mod policy;
pub mod refreshing;
mod revocation;
pub mod runner;
pub mod sweep;

use futures_util::future::LocalBoxFuture;
use serde::{Serialize, de::DeserializeOwned};

pub use self::policy::{Policy, Repeat};
use self::{integrity::IntegrityCheck, letters::Letter, sweep::Sweep};
use crate::{
    app::App,
    clock::Moment,
    db::Conn,
    error::{Error, Result},
    models::{grant::Revocation, job::NewJob, social_account::breaking::BrokenAccount, vault::Vault},
};

pub const KINDS: [Kind; 5] = [
    Kind::new::<Sweep>(),
    Kind::new::<IntegrityCheck>(),
    Kind::new::<Letter>(),
    Kind::new::<Revocation>(),
    Kind::new::<BrokenAccount>(),
];

/// A job: its payload, which is stored sealed as JSON, and how to run it.
pub trait Job: Serialize + DeserializeOwned + 'static {
    /// The stored name of this kind. It must never change, because existing rows contain it.
    const KIND: &'static str;
    const POLICY: Policy;

    /// Identifies what the job works on. A new job replaces an unfinished one of the same kind and subject.
    fn subject(&self) -> String;

    fn workspace_id(&self) -> Option<i64> {
        None
    }

    /// Among jobs of this kind, the lowest number runs first.
    fn priority(&self) -> i32 {
        0
    }

    /// Makes one attempt, outside any transaction. It must be idempotent: the process may stop after a success and
    /// before recording it, and then the job runs again.
    fn run(self, app: App) -> impl Future<Output = Result<(), Failure>>;

    /// Called in the transaction that records the job as given up.
    fn give_up(&self, _conn: &mut Conn, _now: Moment) -> Result<()> {
        Ok(())
    }

    /// Inserts the job, due now.
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

/// Why an attempt failed. The text is stored and logged, so it must contain no secrets and no addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Another attempt may succeed.
    Later(String),
    /// No attempt can succeed.
    Never(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        log::warn!("a job failed: {error:?}");
        Self::Later(error.to_string())
    }
}

/// A kind of job with its type erased, so that all kinds fit in one list.
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

/// Does nothing if the payload cannot be parsed.
fn give_up<J: Job>(payload: &str, conn: &mut Conn, now: Moment) -> Result<()> {
    serde_json::from_str(payload).map_or(Ok(()), |job: J| job.give_up(conn, now))
}
