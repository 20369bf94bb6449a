//! Sends the deliveries of webhooks in bundles: at most 32 at the same time, 8 of them of webhooks that fail. The job runner
//! starts those that are due; limits for each webhook and the order of a record's deliveries are in `models/webhook`.

mod post;

use std::{sync::Arc, time::Instant};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
};

use self::post::Connection;
use super::{Job as _, letters::Letter};
use crate::{
    app::App,
    clock::Moment,
    crypto::seal::OpenError,
    db::{Conn, deliveries::SendingWebhook, types::Uuid},
    error::{Error, Result},
    models::{
        membership::admins,
        webhook::{
            self, OffReason,
            lease::{self, LAST_START, LeasedBundle, LeasedDelivery},
            outcome::{self, Attempt},
        },
    },
};

const MAX_RUNNING: usize = 32;
const MAX_RUNNING_FAILING: usize = 8;
/// In one transaction.
const MAX_LEASED: usize = 8;

/// Permits for the bundles of this process: one for each that may be sent at the same time.
pub struct Deliveries {
    running: Arc<Semaphore>,
    failing: Arc<Semaphore>,
}

/// How many bundles can be leased.
#[derive(Clone, Copy)]
pub struct Room {
    all: usize,
    failing: usize,
}

/// Held while a bundle is sent.
struct Permits {
    _running: OwnedSemaphorePermit,
    _failing: Option<OwnedSemaphorePermit>,
}

impl Room {
    /// Webhooks that have something to send. Others write meanwhile on SQLite, so this is not part of leasing.
    pub fn find_webhooks(self, conn: &mut Conn, now: Moment) -> Result<Vec<SendingWebhook>> {
        if self.all == 0 {
            return Ok(Vec::new());
        }
        lease::sending_webhooks(conn, self.all, self.failing > 0, now)
    }

    fn lease(self, conn: &mut Conn, webhooks: &[SendingWebhook], now: Moment) -> Result<Vec<LeasedBundle>> {
        let mut leased: Vec<LeasedBundle> = Vec::new();
        let may_be_failing =
            |leased: &[LeasedBundle]| leased.iter().filter(|bundle| bundle.is_failing).count() < self.failing;
        for webhook in webhooks {
            while leased.len() < self.all
                && let Some(next) = lease::lease(conn, *webhook, may_be_failing(&leased), now)?
            {
                leased.push(next);
            }
        }
        Ok(leased)
    }
}

impl Deliveries {
    pub fn new() -> Self {
        Self {
            running: Arc::new(Semaphore::new(MAX_RUNNING)),
            failing: Arc::new(Semaphore::new(MAX_RUNNING_FAILING)),
        }
    }

    pub fn room(&self) -> Room {
        Room {
            all: self.running.available_permits().min(MAX_LEASED),
            failing: self.failing.available_permits(),
        }
    }

    /// Starts bundles of these webhooks. Only one task does, so there is as much room as there was.
    pub async fn start(
        &self,
        app: &App,
        webhooks: Vec<SendingWebhook>,
        tasks: &mut JoinSet<()>,
        stop_requested: &watch::Receiver<bool>,
    ) -> Result<()> {
        let (now, room) = (app.clock.now(), self.room());
        let leased = app.db.write(move |conn| room.lease(conn, &webhooks, now)).await?;
        // There may be more, or another process has leased them just now.
        if leased.len() == room.all || leased.is_empty() {
            app.db.signal().send();
        }
        for bundle in leased {
            let permits = self.acquire(&bundle)?;
            let (app, stop_requested) = (app.clone(), stop_requested.clone());
            tasks.spawn_local(async move {
                run(&app, bundle, &stop_requested).await;
                drop(permits);
                app.db.signal().send();
            });
        }
        Ok(())
    }

    fn acquire(&self, bundle: &LeasedBundle) -> Result<Permits> {
        let acquire = |permits: &Arc<Semaphore>| Arc::clone(permits).try_acquire_owned().map_err(Error::ours);
        Ok(Permits {
            _running: acquire(&self.running)?,
            _failing: bundle.is_failing.then(|| acquire(&self.failing)).transpose()?,
        })
    }
}

/// Sends the deliveries of a bundle until one fails or the time is up.
async fn run(app: &App, bundle: LeasedBundle, stop_requested: &watch::Receiver<bool>) {
    let (started, mut connection, mut attempts) = (Instant::now(), None, Vec::new());
    for delivery in &bundle.deliveries {
        let attempt = attempt(app, &bundle, delivery, &mut connection).await.unwrap_or_else(Attempt::Failed);
        log_attempt(delivery, &attempt);
        let is_success = attempt.is_success();
        attempts.push(attempt);
        if !is_success || started.elapsed() > LAST_START || *stop_requested.borrow() {
            break;
        }
    }
    if let Err(error) = record(app, bundle, attempts).await {
        log::warn!("the outcome of deliveries could not be recorded; they will be sent again: {error}");
    }
}

/// The error is a sentence without URLs and secrets.
async fn attempt(
    app: &App,
    bundle: &LeasedBundle,
    delivery: &LeasedDelivery,
    connection: &mut Option<Connection>,
) -> Result<Attempt, String> {
    let (vault, deadline) = (app.vault(), post::deadline());
    let opened =
        bundle.open_record(&vault, delivery).and_then(|record| Ok((record, bundle.open_secret(&vault)?)));
    let (record, secret) = opened.map_err(|error| match error {
        // Another process may have sealed it with a key that this one has not loaded yet.
        OpenError::UnknownKey(_) => "its key is not loaded yet",
        _ => "the stored record or secret is damaged",
    })?;
    let body = bundle.body(delivery, &record).map_err(|_| "the stored record is damaged")?;
    let headers = delivery.message(app.clock.now()).headers(secret.as_ref(), &body);
    let connection = match connection {
        Some(connection) => connection,
        None => connection
            .insert(Connection::open(&bundle.target_url, &app.settings.webhook_hosts, deadline).await?),
    };
    connection.post(headers, body, deadline).await
}

async fn record(app: &App, bundle: LeasedBundle, attempts: Vec<Attempt>) -> Result<()> {
    let (now, service) = (app.clock.now(), app.clone());
    app.db
        .with_long_timeouts()
        .write(move |conn| {
            let reason = bundle.record(conn, &attempts, now)?;
            let Some(reason) = reason else { return Ok(()) };
            tell_admins(conn, &service, bundle.workspace_id, bundle.webhook_id, reason)
        })
        .await
}

/// Switches off the webhooks that have failed for three days and have nothing more to deliver.
pub async fn switch_off_failing(app: &App, now: Moment) -> Result<()> {
    let service = app.clone();
    app.db
        .write(move |conn| {
            let reason = OffReason::NothingDelivered;
            for (workspace_id, id) in outcome::failing_for_long(conn, now)? {
                if webhook::switch_off(conn, workspace_id, id, reason)? {
                    tell_admins(conn, &service, workspace_id, id, reason)?;
                }
            }
            Ok(())
        })
        .await
}

/// Queues a letter to each admin, if mail is sent.
fn tell_admins(
    conn: &mut Conn,
    app: &App,
    workspace_id: i64,
    webhook_id: Uuid,
    reason: OffReason,
) -> Result<()> {
    log::warn!("a webhook ({}) is switched off: {}", webhook_id.0, reason.sentence());
    if !app.mail.is_configured() {
        return Ok(());
    }
    let (vault, now) = (app.vault(), app.clock.now());
    for user_id in admins(conn, workspace_id)? {
        Letter::WebhookOff { workspace_id, webhook_id, user_id, reason }.write(conn, &vault, now)?;
    }
    Ok(())
}

fn log_attempt(delivery: &LeasedDelivery, attempt: &Attempt) {
    let (id, attempts) = (delivery.id.0, delivery.attempts + 1);
    match attempt {
        attempt if attempt.is_success() => log::debug!("delivery {id} is done"),
        Attempt::Answered { status, .. } => log::info!("delivery {id}, attempt {attempts}: status {status}"),
        Attempt::Failed(reason) => log::info!("delivery {id}, attempt {attempts}: {reason}"),
    }
}
