//! Leases deliveries. A webhook is locked while one of its deliveries is leased, so the limits hold across all processes.

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
        Conn,
        deliveries::{self, SendingWebhook},
        types::Uuid,
    },
    error::Result,
    models::vault::Vault,
    prepared,
    schema::webhook_deliveries,
};

/// Longer than an attempt can take. A delivery of a process that died is sent again after it.
pub const DURATION: TimeDelta = TimeDelta::seconds(20);

/// A delivery that this process has leased.
#[derive(Debug, Clone)]
pub struct LeasedDelivery {
    pub workspace_id: i64,
    pub webhook_id: Uuid,
    pub id: Uuid,
    pub target_url: String,
    /// Whether its webhook was failing when it was leased.
    pub is_failing: bool,
    pub lease: Option<Uuid>,
    pub row: LeasedRow,
    /// The id of the workspace that receivers know.
    workspace: Uuid,
    secret: Option<String>,
}

#[derive(Debug, Clone, Queryable)]
pub struct LeasedRow {
    /// Includes the current attempt.
    pub attempts: i32,
    pub queued_at: Moment,
    /// Whether it is a test, and not of an event.
    pub is_test: bool,
    created_at: Moment,
    event_name: String,
    fields: Option<String>,
    record: String,
}

impl LeasedDelivery {
    /// Opens the sealed record.
    pub fn open_record(&self, vault: &Vault) -> Result<SecretString, OpenError> {
        vault.open(&delivery::place(self.workspace_id, self.id), &self.row.record)
    }

    pub fn open_secret(&self, vault: &Vault) -> Result<Option<SecretString>, OpenError> {
        open_secret(vault, self.workspace_id, self.webhook_id, self.secret.as_deref())
    }

    pub fn body(&self, record: &SecretString) -> Result<String> {
        let event = EventOfRecord {
            name: &self.row.event_name,
            at: self.row.created_at,
            fields: self.row.fields.as_deref(),
            record: record.expose_secret(),
        };
        body::render(&self.target_url, self.workspace, self.webhook_id, event)
    }

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

/// Leases the next due delivery of a webhook and counts the attempt. `None` if there is none that may be sent now.
pub fn lease(conn: &mut Conn, webhook: SendingWebhook, now: Moment) -> Result<Option<LeasedDelivery>> {
    let SendingWebhook { workspace_id, id: webhook_id, .. } = webhook;
    if !deliveries::lock_webhook(conn, workspace_id, webhook_id)? {
        return Ok(None);
    }
    // What was in flight before the webhook was locked is counted now.
    let found = deliveries::find_sendable(conn, workspace_id, webhook_id, ORDERED_ATTEMPTS, now)?;
    let Some((id, target_url, secret, is_failing, workspace)) = found else { return Ok(None) };
    let lease = Some(Uuid::random());
    let update = diesel::update(webhook_deliveries::table.find((workspace_id, webhook_id, id)))
        .set((
            webhook_deliveries::lease.eq(lease),
            webhook_deliveries::due_at.eq(now + DURATION),
            webhook_deliveries::attempted_at.eq(Some(now)),
            webhook_deliveries::attempts.eq(webhook_deliveries::attempts + 1),
        ))
        .returning((
            webhook_deliveries::attempts,
            webhook_deliveries::queued_at,
            webhook_deliveries::event_id.is_null(),
            webhook_deliveries::created_at,
            webhook_deliveries::event_name,
            webhook_deliveries::fields,
            webhook_deliveries::record,
        ));
    let row = prepared!(update).get_result(conn)?;
    let delivery = LeasedDelivery {
        workspace_id,
        webhook_id,
        id,
        target_url,
        is_failing,
        lease,
        row,
        workspace,
        secret,
    };
    Ok(Some(delivery))
}
