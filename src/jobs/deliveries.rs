//! Sends the deliveries of webhooks: at most 32 at the same time, 8 of them of webhooks that fail. The job runner starts
//! those that are due; limits for each webhook and the order of a record's deliveries are in `models/webhook`.

mod post;

use std::sync::Arc;

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
};

use super::{Job as _, letters::Letter};
use crate::{
    app::App,
    clock::Moment,
    crypto::seal::OpenError,
    db::{Conn, types::Uuid},
    error::{Error, Result},
    models::{
        membership::admins,
        webhook::{
            self, OffReason,
            lease::{self, LeasedDelivery},
            outcome::{self, Attempt},
        },
    },
};

const MAX_RUNNING: usize = 32;
const MAX_RUNNING_FAILING: usize = 8;
/// In one transaction.
const MAX_LEASED: usize = 8;

/// Permits for the deliveries of this process: one for each that may run at the same time.
pub struct Deliveries {
    running: Arc<Semaphore>,
    failing: Arc<Semaphore>,
}

/// Held while a delivery runs.
struct Permits {
    _running: OwnedSemaphorePermit,
    _failing: Option<OwnedSemaphorePermit>,
}

impl Deliveries {
    pub fn new() -> Self {
        Self {
            running: Arc::new(Semaphore::new(MAX_RUNNING)),
            failing: Arc::new(Semaphore::new(MAX_RUNNING_FAILING)),
        }
    }

    /// Starts deliveries that are due, until there are no more or no permits are left.
    pub async fn start_due(
        &self,
        app: &App,
        tasks: &mut JoinSet<()>,
        stop_requested: &watch::Receiver<bool>,
    ) -> Result<()> {
        while !*stop_requested.borrow() {
            let most = self.running.available_permits().min(MAX_LEASED);
            let most_failing = self.failing.available_permits();
            let leased = lease_several(app, most, most_failing).await?;
            if leased.is_empty() {
                break;
            }
            for delivery in leased {
                let permits = self.acquire(&delivery)?;
                let app = app.clone();
                tasks.spawn_local(async move {
                    run(&app, &delivery).await;
                    drop(permits);
                    app.db.signal().send();
                });
            }
        }
        Ok(())
    }

    /// Only one task acquires permits, and leases no more deliveries than there are.
    fn acquire(&self, delivery: &LeasedDelivery) -> Result<Permits> {
        let acquire = |permits: &Arc<Semaphore>| Arc::clone(permits).try_acquire_owned().map_err(Error::ours);
        Ok(Permits {
            _running: acquire(&self.running)?,
            _failing: delivery.is_failing.then(|| acquire(&self.failing)).transpose()?,
        })
    }
}

/// Looks for webhooks with something to send in a transaction that only reads, because on SQLite others write meanwhile.
async fn lease_several(app: &App, most: usize, most_failing: usize) -> Result<Vec<LeasedDelivery>> {
    if most == 0 {
        return Ok(Vec::new());
    }
    let now = app.clock.now();
    let sending = app.db.read(move |conn| lease::sending_webhooks(conn, most, most_failing > 0, now)).await?;
    if sending.is_empty() {
        return Ok(Vec::new());
    }
    app.db
        .write(move |conn| {
            let mut leased: Vec<LeasedDelivery> = Vec::new();
            for webhook in &sending {
                let may_lease = |leased: &[LeasedDelivery]| {
                    let failing = leased.iter().filter(|delivery| delivery.is_failing).count();
                    leased.len() < most && (failing < most_failing || !webhook.is_failing)
                };
                while may_lease(&leased)
                    && let Some(next) = lease::lease(conn, *webhook, now)?
                {
                    leased.push(next);
                }
            }
            Ok(leased)
        })
        .await
}

async fn run(app: &App, delivery: &LeasedDelivery) {
    let attempt = attempt(app, delivery).await;
    log_attempt(delivery, &attempt);
    if let Err(error) = record(app, delivery.clone(), attempt).await {
        log::warn!("the outcome of a delivery could not be recorded; it will be sent again: {error}");
    }
}

async fn attempt(app: &App, delivery: &LeasedDelivery) -> Attempt {
    let vault = app.vault();
    let opened = delivery.open_record(&vault).and_then(|record| Ok((record, delivery.open_secret(&vault)?)));
    let (record, secret) = match opened {
        Ok(opened) => opened,
        // Another process may have sealed it with a key that this one has not loaded yet.
        Err(OpenError::UnknownKey(_)) => return Attempt::Failed("its key is not loaded yet".to_owned()),
        Err(_) => return Attempt::Failed("the stored record or secret is damaged".to_owned()),
    };
    let Ok(body) = delivery.body(&record) else {
        return Attempt::Failed("the stored record is damaged".to_owned());
    };
    let headers = delivery.message(app.clock.now()).headers(secret.as_ref(), &body);
    post::post(&delivery.target_url, &app.settings.webhook_hosts, headers, body)
        .await
        .unwrap_or_else(Attempt::Failed)
}

async fn record(app: &App, delivery: LeasedDelivery, attempt: Attempt) -> Result<()> {
    let (now, service) = (app.clock.now(), app.clone());
    app.db
        .with_long_timeouts()
        .write(move |conn| {
            let reason = delivery.record(conn, &attempt, now)?;
            let Some(reason) = reason else { return Ok(()) };
            tell_admins(conn, &service, delivery.workspace_id, delivery.webhook_id, reason)
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
    let (id, attempts) = (delivery.id.0, delivery.row.attempts);
    match attempt {
        attempt if attempt.is_success() => log::debug!("delivery {id} is done"),
        Attempt::Answered { status, .. } => log::info!("delivery {id}, attempt {attempts}: status {status}"),
        Attempt::Failed(reason) => log::info!("delivery {id}, attempt {attempts}: {reason}"),
    }
}
