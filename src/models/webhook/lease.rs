//! Leases deliveries in bundles, which are sent one delivery after the other. A webhook is locked by the
//! transaction that leases, so the limits hold across all processes.

use std::time::Duration;

use chrono::TimeDelta;
use diesel::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};

use super::{
    body::{self, EventOfRecord},
    delivery, open_secret,
    schedule::ORDERED_ATTEMPTS,
    signing::Message,
};
use crate::{
    clock::Moment,
    crypto::seal::OpenError,
    db::{
        Conn, among,
        deliveries::{self, LockedWebhook, SendingWebhook},
        types::Uuid,
    },
    error::Result,
    models::vault::Vault,
    prepared,
    schema::webhook_deliveries,
};

/// A delivery of a process that died is sent again after it.
const DURATION: TimeDelta = TimeDelta::seconds(20);
/// No attempt begins later than this after its lease, and none takes longer than the 15 seconds that are left.
pub const LAST_START: Duration = Duration::from_secs(4);
const MAX_BUNDLE: usize = 16;

/// Deliveries of one webhook that this process has leased together, each of another record.
#[derive(Debug, Clone)]
pub struct LeasedBundle {
    pub workspace_id: i64,
    pub webhook_id: Uuid,
    pub target_url: String,
    /// Whether the webhook was failing when they were leased.
    pub is_failing: bool,
    pub deliveries: Vec<LeasedDelivery>,
    pub lease: Option<Uuid>,
    /// The id of the workspace that receivers know.
    workspace: Uuid,
    secret: Option<String>,
}

#[derive(Debug, Clone, Queryable)]
pub struct LeasedDelivery {
    pub id: Uuid,
    /// Those that have ended.
    pub attempts: i32,
    pub queued_at: Moment,
    /// Whether it is a test, and not of an event.
    pub is_test: bool,
    created_at: Moment,
    event_name: String,
    fields: Option<String>,
    record: String,
}

impl LeasedBundle {
    pub fn open_secret(&self, vault: &Vault) -> Result<Option<SecretString>, OpenError> {
        open_secret(vault, self.workspace_id, self.webhook_id, self.secret.as_deref())
    }

    /// Opens the sealed record of a delivery.
    pub fn open_record(&self, vault: &Vault, delivery: &LeasedDelivery) -> Result<SecretString, OpenError> {
        vault.open(&delivery::place(self.workspace_id, delivery.id), &delivery.record)
    }

    pub fn body(&self, delivery: &LeasedDelivery, record: &SecretString) -> Result<String> {
        let event = EventOfRecord {
            name: &delivery.event_name,
            at: delivery.created_at,
            fields: delivery.fields.as_deref(),
            record: record.expose_secret(),
        };
        body::render(&self.target_url, self.workspace, self.webhook_id, event)
    }
}

impl LeasedDelivery {
    pub fn message(&self, now: Moment) -> Message {
        Message { id: self.id.0, sent_at: now, nonce: rand::random() }
    }
}

/// The webhooks that have a delivery to send; those that wait for the longest time come first.
pub fn sending_webhooks(
    conn: &mut Conn,
    most: usize,
    may_be_failing: bool,
    now: Moment,
) -> Result<Vec<SendingWebhook>> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    Ok(deliveries::sending_webhooks(conn, ORDERED_ATTEMPTS, most, may_be_failing, now)?)
}

/// Leases the next due deliveries of a webhook: one if it fails, which it may have begun since it was found. `None` if there
/// is none that may be sent now.
pub fn lease(
    conn: &mut Conn,
    webhook: SendingWebhook,
    may_be_failing: bool,
    now: Moment,
) -> Result<Option<LeasedBundle>> {
    let SendingWebhook { workspace_id, id: webhook_id } = webhook;
    let Some(locked) = deliveries::lock_webhook(conn, workspace_id, webhook_id, now)? else {
        return Ok(None);
    };
    let LockedWebhook { target_url, secret, is_failing, workspace } = locked;
    if is_failing && !may_be_failing {
        return Ok(None);
    }
    let most = if is_failing { 1 } else { 2 * MAX_BUNDLE };
    // What was in flight before the webhook was locked is counted now.
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut ids = deliveries::find_sendable(conn, workspace_id, webhook_id, ORDERED_ATTEMPTS, most, now)?;
    // The others are for a second bundle, which is sent at the same time.
    ids.truncate(ids.len().div_ceil(2));
    if ids.is_empty() {
        return Ok(None);
    }
    let lease = Some(Uuid::random());
    let found = webhook_deliveries::table
        .filter(webhook_deliveries::workspace_id.eq(workspace_id))
        .filter(webhook_deliveries::webhook_id.eq(webhook_id))
        .filter(among(webhook_deliveries::id, &ids));
    let update = diesel::update(found)
        .set((webhook_deliveries::lease.eq(lease), webhook_deliveries::due_at.eq(now + DURATION)))
        .returning((
            webhook_deliveries::id,
            webhook_deliveries::attempts,
            webhook_deliveries::queued_at,
            webhook_deliveries::event_id.is_null(),
            webhook_deliveries::created_at,
            webhook_deliveries::event_name,
            webhook_deliveries::fields,
            webhook_deliveries::record,
        ));
    let mut deliveries: Vec<LeasedDelivery> = prepared!(update).load(conn)?;
    deliveries.sort_by_key(|delivery| ids.iter().position(|id| *id == delivery.id));
    Ok(Some(LeasedBundle {
        workspace_id,
        webhook_id,
        target_url,
        is_failing,
        deliveries,
        lease,
        workspace,
        secret,
    }))
}
