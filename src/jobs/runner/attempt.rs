//! Runs one attempt of a leased job and records its outcome.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt as _;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::timeout;

use crate::{
    app::App,
    crypto::seal::OpenError,
    error::Result,
    jobs::{Failure, Kind, Repeat, policy::Next},
    models::{event, job::Job},
};

/// The payload of every repeated job, which has no parameters.
pub const REPEATED_PAYLOAD: &str = "null";

pub async fn run(app: &App, kind: Kind, job: Job) {
    let payload = match kind.policy.repeat {
        Repeat::Every(_) => Ok(REPEATED_PAYLOAD.into()),
        Repeat::UntilDone { .. } => job.open(&app.vault()),
    };
    let outcome = match payload {
        Ok(payload) => run_payload(app, kind, &payload).await.map_err(|failure| (failure, payload)),
        // Another process may have sealed it with a key that this one has not loaded yet.
        Err(error @ OpenError::UnknownKey(_)) => {
            Err((Failure::Later(error.to_string()), SecretString::default()))
        }
        Err(error) => Err((Failure::Never(error.to_string()), SecretString::default())),
    };
    if let Err(error) = record_outcome(app, kind, job, outcome).await {
        log::warn!("the outcome of a job ({}) could not be recorded; it will run again: {error}", kind.name);
    }
}

/// Catches a panic, so that it ends the attempt and not the service.
async fn run_payload(app: &App, kind: Kind, payload: &SecretString) -> Result<(), Failure> {
    let time = (kind.policy.lease * 3 / 4).to_std().unwrap_or(Duration::ZERO);
    let run = AssertUnwindSafe((kind.run)(app.clone(), payload.expose_secret())).catch_unwind();
    match timeout(time, run).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Err(Failure::Later("it panicked".to_owned())),
        Err(_) => Err(Failure::Later(format!("it took longer than {} seconds", time.as_secs()))),
    }
}

/// Records the outcome, unless the lease has expired and another process has taken the job.
async fn record_outcome(
    app: &App,
    kind: Kind,
    job: Job,
    outcome: Result<(), (Failure, SecretString)>,
) -> Result<()> {
    let now = app.clock.now();
    let (outcome, payload) = match outcome {
        Ok(()) => (Ok(()), SecretString::default()),
        Err((failure, payload)) => (Err(failure), payload),
    };
    let next = kind.policy.next(outcome, job.attempts, job.failing_since, now);
    log_outcome(kind, &job, &next);
    app.db
        .with_long_timeouts()
        .write(move |conn| {
            match &next {
                Next::Finish => job.finish(conn)?,
                Next::Repeat(due_at) => job.repeat(conn, *due_at)?,
                Next::Retry(due_at, reason) => job.retry(conn, *due_at, now, reason)?,
                Next::GiveUp(reason) => {
                    let is_mine = job.give_up(conn, now, reason)?;
                    if is_mine {
                        event::act_as_job(kind.name, now);
                        (kind.give_up)(payload.expose_secret(), conn, now)?;
                    }
                    is_mine
                }
            };
            Ok(())
        })
        .await
}

fn log_outcome(kind: Kind, job: &Job, next: &Next) {
    match next {
        Next::Finish | Next::Repeat(_) => log::debug!("a job ({}) is done", kind.name),
        Next::Retry(due_at, reason) => log::warn!(
            "a job ({} {}) failed at attempt {} and is tried again at {due_at}: {reason}",
            kind.name,
            job.id.0,
            job.attempts
        ),
        Next::GiveUp(reason) => log::error!(
            "a job ({} {}) is given up after attempt {}: {reason}",
            kind.name,
            job.id.0,
            job.attempts
        ),
    }
}
