//! Leases due jobs and deliveries and runs them, in every process, until the service stops. It looks for due ones after a
//! transaction of this process has inserted one, after one ends, and every second, because another process may have
//! inserted one or may have died.

mod attempt;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::rt;
use chrono::TimeDelta;
use tokio::{
    sync::{Semaphore, watch},
    task::{JoinHandle, JoinSet},
    time::{sleep, timeout},
};

use super::{KINDS, Kind, Repeat, deliveries::Deliveries};
use crate::{
    app::App,
    clock::Moment,
    db::Conn,
    error::Result,
    models::{
        job::{self, Job, NewJob},
        webhook::{delivery, schedule},
    },
};

const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// What several transactions insert in this time is found by one poll.
const MIN_POLL_INTERVAL: Duration = Duration::from_millis(20);
/// If the clock goes back further than this, the jobs are prepared again.
const SMALL_STEP: TimeDelta = TimeDelta::minutes(1);
/// A reader of another process may keep the log long for a while.
const LOG_LIMIT_INTERVAL: Duration = Duration::from_secs(5);

/// A handle for the running jobs of this process.
pub struct Runner {
    stop: watch::Sender<bool>,
    done: JoinHandle<()>,
}

/// A kind of job and its permits: one for each job that may run at the same time.
struct KindPermits {
    kind: Kind,
    permits: Arc<Semaphore>,
}

struct Dispatcher {
    app: App,
    kinds: Vec<KindPermits>,
    deliveries: Deliveries,
    running: JoinSet<()>,
    stop_requested: watch::Receiver<bool>,
    /// When the jobs were last prepared or looked for.
    prepared_at: Option<Moment>,
    last_log_limit: Option<Instant>,
}

/// Starts to run jobs on the thread of the calling runtime.
pub fn start(app: App) -> Runner {
    let (stop, stop_requested) = watch::channel(false);
    let kinds =
        KINDS.map(|kind| KindPermits { kind, permits: Arc::new(Semaphore::new(kind.policy.max_running)) });
    let dispatcher = Dispatcher {
        app,
        kinds: kinds.into(),
        deliveries: Deliveries::new(),
        running: JoinSet::new(),
        stop_requested,
        prepared_at: None,
        last_log_limit: None,
    };
    Runner { stop, done: rt::spawn(dispatcher.run()) }
}

impl Runner {
    /// Leases no more jobs. Running ones continue.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Stops and waits for running jobs, at most for `within`. A job that takes longer runs again in another process
    /// after its lease expires.
    pub async fn finish(self, within: Duration) {
        self.stop();
        if timeout(within, self.done).await.is_err() {
            log::warn!("jobs are still running; they are run again when their leases are over");
        }
    }
}

impl Dispatcher {
    async fn run(mut self) {
        let mut was_reachable = true;
        while !*self.stop_requested.borrow() {
            let outcome = self.poll().await;
            if let Err(error) = &outcome
                && was_reachable
            {
                log::warn!("cannot poll for jobs: {error}");
            }
            was_reachable = outcome.is_ok();
            self.limit_log();
            while self.running.try_join_next().is_some() {}
            sleep(MIN_POLL_INTERVAL).await;
            tokio::select! {
                _ = self.stop_requested.changed() => {}
                () = self.app.db.signal().wait() => {}
                () = sleep(outcome.unwrap_or(POLL_INTERVAL)) => {}
            }
        }
        while self.running.join_next().await.is_some() {}
    }

    /// Every process shortens the log of its own database; it is not a job, because it must not write to the database.
    fn limit_log(&mut self) {
        if self.app.db.has_long_log()
            && self.last_log_limit.is_none_or(|at| at.elapsed() >= LOG_LIMIT_INTERVAL)
        {
            self.last_log_limit = Some(Instant::now());
            let db = self.app.db.clone();
            self.running.spawn_local(async move {
                if let Err(error) = db.empty_log().await {
                    log::warn!("the write-ahead log stays long: {}", error.causes());
                }
            });
        }
    }

    async fn poll(&mut self) -> Result<Duration> {
        let now = self.app.clock.now();
        if self.prepared_at.is_none_or(|before| now < before - SMALL_STEP) {
            prepare_jobs(&self.app, now).await?;
        }
        self.prepared_at = Some(now);
        self.start_due_jobs().await
    }

    /// Starts the due jobs and returns how long to wait before the next poll.
    async fn start_due_jobs(&mut self) -> Result<Duration> {
        let (now, room) = (self.app.clock.now(), self.deliveries.room());
        let find = move |conn: &mut Conn| Ok((job::next_due(conn)?, room.find_webhooks(conn, now)?));
        let (due, webhooks) = self.app.db.read(find).await?;
        let mut wait = POLL_INTERVAL;
        if !webhooks.is_empty() {
            self.deliveries.start(&self.app, webhooks, &mut self.running, &self.stop_requested).await?;
        }
        for (kind, due_at) in due {
            if due_at <= now {
                self.start_due_jobs_of(&kind).await?;
            } else {
                wait = wait.min((due_at - now).to_std().unwrap_or(POLL_INTERVAL));
            }
        }
        Ok(wait)
    }

    /// Ignores an unknown kind: a newer version has inserted it and will run it.
    async fn start_due_jobs_of(&mut self, kind: &str) -> Result<()> {
        let Some(kind_permits) = self.kinds.iter().find(|kind_permits| kind_permits.kind.name == kind) else {
            return Ok(());
        };
        while !*self.stop_requested.borrow()
            && let Ok(permit) = Arc::clone(&kind_permits.permits).try_acquire_owned()
            && let Some(job) = lease(&self.app, kind_permits.kind).await?
        {
            let (app, kind) = (self.app.clone(), kind_permits.kind);
            self.running.spawn_local(async move {
                attempt::run(&app, kind, job).await;
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

/// Inserts the repeated jobs that are not in the table yet, and makes jobs due that a clock which was ahead has put off.
async fn prepare_jobs(app: &App, now: Moment) -> Result<()> {
    let vault = app.vault();
    app.db
        .write(move |conn| {
            for kind in KINDS {
                job::bring_forward(conn, kind.name, now + kind.policy.longest_wait(), now)?;
            }
            delivery::bring_forward(conn, now + schedule::PATIENCE, now)?;
            for kind in KINDS.iter().filter(|kind| matches!(kind.policy.repeat, Repeat::Every(_))) {
                let job = NewJob {
                    workspace_id: None,
                    kind: kind.name,
                    subject: "",
                    priority: 0,
                    payload: attempt::REPEATED_PAYLOAD,
                };
                job.insert_missing(conn, &vault, now)?;
            }
            Ok(())
        })
        .await
}
