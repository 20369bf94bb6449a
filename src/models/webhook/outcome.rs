//! Records what came of an attempt: the delivery is settled or tried again, and its webhook works, fails or is off.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::{
    OffReason,
    delivery::Outcome,
    lease::LeasedDelivery,
    schedule::{self, PATIENCE},
    switch_off,
};
use crate::{
    clock::Moment,
    db::{Conn, types::Uuid},
    error::Result,
    prepared,
    schema::{webhook_deliveries, webhooks},
};

const GONE: u16 = 410;

/// The receiver's answer to an attempt, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    Answered {
        status: u16,
        /// How long to wait before the next attempt, if the receiver says so.
        retry_after: Option<TimeDelta>,
    },
    /// The sentence is stored and shown, so it must contain no secret and no URL.
    Failed(String),
}

impl Attempt {
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Answered { status: 200..=299, .. })
    }

    fn status(&self) -> Option<i32> {
        match self {
            Self::Answered { status, .. } => Some((*status).into()),
            Self::Failed(_) => None,
        }
    }

    fn error(&self) -> Option<&str> {
        match self {
            Self::Answered { .. } => None,
            Self::Failed(sentence) => Some(sentence),
        }
    }

    fn retry_after(&self) -> Option<TimeDelta> {
        match self {
            Self::Answered { retry_after, .. } => *retry_after,
            Self::Failed(_) => None,
        }
    }
}

/// The row of a delivery; none if its lease has expired and another process has taken it.
macro_rules! mine {
    ($delivery:expr) => {
        webhook_deliveries::table
            .find(($delivery.workspace_id, $delivery.webhook_id, $delivery.id))
            .filter(webhook_deliveries::lease.eq($delivery.lease))
    };
}

impl LeasedDelivery {
    /// Records an attempt, and returns why the webhook was switched off by it. A webhook is locked before its deliveries,
    /// so that two transactions cannot wait for each other.
    pub fn record(&self, conn: &mut Conn, attempt: &Attempt, now: Moment) -> Result<Option<OffReason>> {
        if attempt.is_success() {
            self.note_working(conn)?;
            self.settle(conn, attempt, Outcome::Delivered)?;
            return Ok(None);
        }
        // A test is tried once, and says nothing of the deliveries.
        if self.row.is_test {
            self.settle(conn, attempt, Outcome::GivenUp)?;
            return Ok(None);
        }
        let failing_since = self.note_failing(conn, now)?;
        let reason = match attempt.status() {
            Some(status) if status == i32::from(GONE) => Some(OffReason::Gone),
            _ if failing_since <= now - PATIENCE => Some(OffReason::NothingDelivered),
            _ => None,
        };
        if let Some(reason) = reason {
            let was_on = switch_off(conn, self.workspace_id, self.webhook_id, reason)?;
            self.note_attempt(conn, attempt)?;
            return Ok(was_on.then_some(reason));
        }
        match schedule::next_attempt(self.row.attempts, self.row.queued_at, attempt.retry_after(), now) {
            Some(due_at) => self.retry(conn, attempt, due_at)?,
            None => self.settle(conn, attempt, Outcome::GivenUp)?,
        }
        Ok(None)
    }

    fn note_working(&self, conn: &mut Conn) -> Result<()> {
        let failing = webhooks::table
            .find((self.workspace_id, self.webhook_id))
            .filter(webhooks::failing_since.is_not_null());
        prepared!(diesel::update(failing).set(webhooks::failing_since.eq(None::<Moment>))).execute(conn)?;
        Ok(())
    }

    /// Since when every attempt has failed.
    fn note_failing(&self, conn: &mut Conn, now: Moment) -> Result<Moment> {
        let webhook = webhooks::table.find((self.workspace_id, self.webhook_id));
        let working = webhook.filter(webhooks::failing_since.is_null());
        prepared!(diesel::update(working).set(webhooks::failing_since.eq(Some(now)))).execute(conn)?;
        let since: Option<Option<Moment>> =
            prepared!(webhook.select(webhooks::failing_since)).get_result(conn).optional()?;
        Ok(since.flatten().unwrap_or(now))
    }

    fn settle(&self, conn: &mut Conn, attempt: &Attempt, outcome: Outcome) -> Result<()> {
        let outcome: &str = outcome.into();
        let update = diesel::update(mine!(self)).set((
            webhook_deliveries::lease.eq(None::<Uuid>),
            webhook_deliveries::status.eq(attempt.status()),
            webhook_deliveries::last_error.eq(attempt.error()),
            webhook_deliveries::outcome.eq(Some(outcome)),
        ));
        prepared!(update).execute(conn)?;
        Ok(())
    }

    fn retry(&self, conn: &mut Conn, attempt: &Attempt, due_at: Moment) -> Result<()> {
        let update = diesel::update(mine!(self)).set((
            webhook_deliveries::lease.eq(None::<Uuid>),
            webhook_deliveries::status.eq(attempt.status()),
            webhook_deliveries::last_error.eq(attempt.error()),
            webhook_deliveries::due_at.eq(due_at),
        ));
        prepared!(update).execute(conn)?;
        Ok(())
    }

    /// For a delivery that was settled together with its webhook.
    fn note_attempt(&self, conn: &mut Conn, attempt: &Attempt) -> Result<()> {
        diesel::update(webhook_deliveries::table.find((self.workspace_id, self.webhook_id, self.id)))
            .set((
                webhook_deliveries::status.eq(attempt.status()),
                webhook_deliveries::last_error.eq(attempt.error()),
            ))
            .execute(conn)?;
        Ok(())
    }
}

/// The webhooks for which every attempt has failed for three days, and which are still on.
pub fn failing_for_long(conn: &mut Conn, now: Moment) -> Result<Vec<(i64, Uuid)>> {
    let failing = webhooks::table
        .filter(webhooks::off_because.is_null())
        .filter(webhooks::failing_since.le(now - PATIENCE))
        .select((webhooks::workspace_id, webhooks::id))
        .load(conn)?;
    Ok(failing)
}
