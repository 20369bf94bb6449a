//! Leases deliveries. A webhook is locked while one of its deliveries is leased, so the limits hold across all processes.

use chrono::TimeDelta;
use diesel::prelude::*;
use secrecy::SecretString;

use super::{delivery, open_secret, schedule::ORDERED_ATTEMPTS, signing::Message};
use crate::{
    clock::Moment,
    crypto::seal::OpenError,
    db::{Conn, deliveries, types::Uuid},
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
    pub id: Uuid,
    pub webhook_id: Uuid,
    pub target_url: String,
    /// Whether its webhook was failing when it was leased.
    pub is_failing: bool,
    /// Whether it is a test, and not of an event.
    pub is_test: bool,
    /// Includes the current attempt.
    pub attempts: i32,
    pub queued_at: Moment,
    pub lease: Option<Uuid>,
    secret: Option<String>,
    body: String,
}

impl LeasedDelivery {
    /// Opens the sealed body.
    pub fn open_body(&self, vault: &Vault) -> Result<SecretString, OpenError> {
        vault.open(&delivery::place(self.workspace_id, self.id), &self.body)
    }

    pub fn open_secret(&self, vault: &Vault) -> Result<Option<SecretString>, OpenError> {
        open_secret(vault, self.workspace_id, self.webhook_id, self.secret.as_deref())
    }

    pub fn message(&self, now: Moment) -> Message {
        Message { id: self.id.0, sent_at: now, nonce: rand::random() }
    }
}

/// Leases the next due delivery and counts the attempt. `None` if there is none that may be sent now.
pub fn lease(conn: &mut Conn, may_be_failing: bool, now: Moment) -> Result<Option<LeasedDelivery>> {
    let locked = deliveries::lock_webhook(conn, may_be_failing, ORDERED_ATTEMPTS, now)?;
    let Some((workspace_id, webhook_id)) = locked else { return Ok(None) };
    // What was in flight before the webhook was locked is counted again.
    let found = deliveries::find_sendable(conn, workspace_id, webhook_id, ORDERED_ATTEMPTS, now)?;
    let Some((id, target_url, secret, failing_since)) = found else { return Ok(None) };
    let lease = Some(Uuid::random());
    let update = diesel::update(webhook_deliveries::table.find((workspace_id, id)))
        .set((
            webhook_deliveries::lease.eq(lease),
            webhook_deliveries::due_at.eq(now + DURATION),
            webhook_deliveries::attempted_at.eq(Some(now)),
            webhook_deliveries::attempts.eq(webhook_deliveries::attempts + 1),
        ))
        .returning((
            webhook_deliveries::attempts,
            webhook_deliveries::queued_at,
            webhook_deliveries::body,
            webhook_deliveries::event_id.is_null(),
        ));
    let (attempts, queued_at, body, is_test) = prepared!(update).get_result(conn)?;
    Ok(Some(LeasedDelivery {
        workspace_id,
        id,
        webhook_id,
        target_url,
        is_failing: failing_since.is_some(),
        is_test,
        attempts,
        queued_at,
        lease,
        secret,
        body,
    }))
}
