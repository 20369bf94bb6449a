//! Leases due jobs and runs them, in every process, until the service stops. It looks when a transaction of this
//! process has written a job, when a job ends, and once a second: another process may have written one, or died.

mod attempt;

use std::{sync::Arc, time::Duration};

use actix_web::rt;
use tokio::{
    sync::{Semaphore, watch},
    task::{JoinHandle, JoinSet},
    time::{sleep, timeout},
};

use super::{KINDS, Kind, Repeat};
use crate::{
    app::App,
    error::Result,
    models::job::{self, Job, NewJob},
};

const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The jobs of this process.
pub struct Runner {
    stop: watch::Sender<bool>,
    done: JoinHandle<()>,
}

/// How much of a kind may run at once.
struct Lane {
    kind: Kind,
    free: Arc<Semaphore>,
}

struct Dispatcher {
    app: App,
    lanes: Vec<Lane>,
    running: JoinSet<()>,
    stopping: watch::Receiver<bool>,
}

/// Begins to run jobs, on the thread of the calling runtime.
pub fn start(app: App) -> Runner {
    let (stop, stopping) = watch::channel(false);
    let lanes = KINDS.map(|kind| Lane { kind, free: Arc::new(Semaphore::new(kind.policy.at_once)) });
    let dispatcher = Dispatcher { app, lanes: lanes.into(), running: JoinSet::new(), stopping };
    Runner { stop, done: rt::spawn(dispatcher.run()) }
}

impl Runner {
    /// From now on no job is leased.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Stops, and waits for the jobs that are running. One that takes longer than this is done again by the process
    /// that finds its lease over.
    pub async fn finish(self, within: Duration) {
        self.stop();
        if timeout(within, self.done).await.is_err() {
            log::warn!("jobs are still running; they are run again when their leases are over");
        }
    }
}

impl Dispatcher {
    async fn run(mut self) {
        let mut is_well = true;
        let mut has_begun = false;
        while !*self.stopping.borrow() {
            let outcome = self.turn(&mut has_begun).await;
            if let Err(error) = &outcome
                && is_well
            {
                log::warn!("jobs wait, the database cannot be asked for them: {error}");
            }
            is_well = outcome.is_ok();
            while self.running.try_join_next().is_some() {}
            tokio::select! {
                _ = self.stopping.changed() => {}
                () = self.app.db.signal().wait() => {}
                () = sleep(outcome.unwrap_or(LOOK_EVERY)) => {}
            }
        }
        while self.running.join_next().await.is_some() {}
    }

    async fn turn(&mut self, has_begun: &mut bool) -> Result<Duration> {
        if !*has_begun {
            write_repeated_jobs(&self.app).await?;
            *has_begun = true;
        }
        self.begin_due_jobs().await
    }

    /// Begins what is due, and answers how long to wait for more.
    async fn begin_due_jobs(&mut self) -> Result<Duration> {
        let due = self.app.db.read(job::next_due).await?;
        let now = self.app.clock.now();
        let mut wait = LOOK_EVERY;
        for (kind, due_at) in due {
            if due_at <= now {
                self.begin_due_jobs_of(&kind).await?;
            } else {
                wait = wait.min((due_at - now).to_std().unwrap_or(LOOK_EVERY));
            }
        }
        Ok(wait)
    }

    /// A kind that only a newer version knows is left to that.
    async fn begin_due_jobs_of(&mut self, kind: &str) -> Result<()> {
        let Some(lane) = self.lanes.iter().find(|lane| lane.kind.name == kind) else { return Ok(()) };
        while !*self.stopping.borrow()
            && let Ok(permit) = Arc::clone(&lane.free).try_acquire_owned()
            && let Some(job) = lease(&self.app, lane.kind).await?
        {
            let (app, kind) = (self.app.clone(), lane.kind);
            self.running.spawn_local(async move {
                attempt::make(&app, kind, job).await;
                drop(permit);
                app.db.signal().send();
            });
        }
        Ok(())
    }
}

async fn lease(app: &App, kind: Kind) -> Result<Option<Job>> {
    let now = app.clock.now();
    app.db.write(move |conn| job::lease(conn, kind.name, kind.policy.lease, now)).await
}

/// Jobs that repeat are in the table from the first start on.
async fn write_repeated_jobs(app: &App) -> Result<()> {
    let (vault, now) = (app.vault.clone(), app.clock.now());
    app.db
        .write(move |conn| {
            for kind in KINDS.iter().filter(|kind| matches!(kind.policy.repeat, Repeat::Every(_))) {
                let job =
                    NewJob { workspace_id: None, kind: kind.name, subject: "", priority: 0, payload: "null" };
                job.insert_missing(conn, &vault, now)?;
            }
            Ok(())
        })
        .await
}
