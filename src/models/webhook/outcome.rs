//! Records what came of the attempts of a bundle: deliveries are settled or tried again, and their webhook works, fails, is
//! paused or is off.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::{
    OffReason,
    delivery::Outcome,
    lease::{LeasedBundle, LeasedDelivery},
    schedule::{self, PATIENCE},
    switch_off,
};
use crate::{
    clock::Moment,
    db::{Conn, among, types::Uuid},
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

/// The rows of a bundle that have its lease.
macro_rules! mine {
    ($bundle:expr) => {
        webhook_deliveries::table
            .filter(webhook_deliveries::workspace_id.eq($bundle.workspace_id))
            .filter(webhook_deliveries::webhook_id.eq($bundle.webhook_id))
            .filter(webhook_deliveries::lease.eq($bundle.lease))
    };
}

impl LeasedBundle {
    /// Records attempts of the first deliveries, of which only the last may have failed, and makes the others due again.
    /// Returns why the webhook was switched off by it. A webhook is locked before its deliveries, so that two transactions
    /// cannot wait for each other.
    pub fn record(&self, conn: &mut Conn, attempts: &[Attempt], now: Moment) -> Result<Option<OffReason>> {
        let delivered = attempts.iter().take_while(|attempt| attempt.is_success()).count();
        let failed = self.deliveries.get(delivered).zip(attempts.get(delivered));
        // A test is tried once, and says nothing of the deliveries.
        let failing_since = match failed {
            Some((delivery, _)) if !delivery.is_test => Some(self.note_failing(conn, delivered > 0, now)?),
            _ => None,
        };
        if failing_since.is_none() && delivered > 0 {
            self.note_working(conn)?;
        }
        self.settle_delivered(conn, &attempts[..delivered], now)?;
        let reason = match failed {
            Some((delivery, attempt)) => self.record_failure(conn, delivery, attempt, failing_since, now)?,
            None => None,
        };
        self.release(conn, self.deliveries.get(attempts.len()..).unwrap_or_default())?;
        Ok(reason)
    }

    fn record_failure(
        &self,
        conn: &mut Conn,
        delivery: &LeasedDelivery,
        attempt: &Attempt,
        failing_since: Option<Moment>,
        now: Moment,
    ) -> Result<Option<OffReason>> {
        let Some(failing_since) = failing_since else {
            self.note(conn, &[delivery.id], attempt, Some(Outcome::GivenUp), now, now)?;
            return Ok(None);
        };
        let reason = match attempt.status() {
            Some(status) if status == i32::from(GONE) => Some(OffReason::Gone),
            _ if failing_since <= now - PATIENCE => Some(OffReason::NothingDelivered),
            _ => None,
        };
        if let Some(reason) = reason {
            self.note(conn, &[delivery.id], attempt, Some(Outcome::SwitchedOff), now, now)?;
            let was_on = switch_off(conn, self.workspace_id, self.webhook_id, reason)?;
            return Ok(was_on.then_some(reason));
        }
        let attempts = delivery.attempts + 1;
        match schedule::next_attempt(attempts, delivery.queued_at, attempt.retry_after(), now) {
            Some(due_at) => self.note(conn, &[delivery.id], attempt, None, due_at, now)?,
            None => self.note(conn, &[delivery.id], attempt, Some(Outcome::GivenUp), now, now)?,
        }
        Ok(None)
    }

    fn note_working(&self, conn: &mut Conn) -> Result<()> {
        let failing = webhooks::table
            .find((self.workspace_id, self.webhook_id))
            .filter(webhooks::failing_since.is_not_null());
        let update = diesel::update(failing)
            .set((webhooks::failing_since.eq(None::<Moment>), webhooks::paused_until.eq(None::<Moment>)));
        prepared!(update).execute(conn)?;
        Ok(())
    }

    /// Returns since when every attempt has failed. A webhook that was failing already is paused.
    fn note_failing(&self, conn: &mut Conn, has_delivered: bool, now: Moment) -> Result<Moment> {
        if has_delivered {
            self.note_working(conn)?;
        }
        let webhook = webhooks::table.find((self.workspace_id, self.webhook_id));
        let working = webhook.filter(webhooks::failing_since.is_null());
        let update = diesel::update(working).set(webhooks::failing_since.eq(Some(now)));
        if prepared!(update).execute(conn)? > 0 {
            return Ok(now);
        }
        let since: Option<Option<Moment>> =
            prepared!(webhook.select(webhooks::failing_since)).get_result(conn).optional()?;
        let since = since.flatten().unwrap_or(now);
        let paused_until = now + schedule::pause(now - since);
        prepared!(diesel::update(webhook).set(webhooks::paused_until.eq(Some(paused_until))))
            .execute(conn)?;
        Ok(since)
    }

    /// With one statement, if all answers have the same status.
    fn settle_delivered(&self, conn: &mut Conn, attempts: &[Attempt], now: Moment) -> Result<()> {
        let mut deliveries = self.deliveries.iter();
        for of_status in attempts.chunk_by(|one, next| one.status() == next.status()) {
            let ids: Vec<Uuid> =
                deliveries.by_ref().take(of_status.len()).map(|delivery| delivery.id).collect();
            self.note(conn, &ids, &of_status[0], Some(Outcome::Delivered), now, now)?;
        }
        Ok(())
    }

    /// Notes an attempt of each of these deliveries and ends their lease, unless it has expired and another process has
    /// taken them.
    fn note(
        &self,
        conn: &mut Conn,
        ids: &[Uuid],
        attempt: &Attempt,
        outcome: Option<Outcome>,
        due_at: Moment,
        now: Moment,
    ) -> Result<()> {
        let outcome: Option<&str> = outcome.map(Into::into);
        let mine = mine!(self).filter(among(webhook_deliveries::id, ids));
        let update = diesel::update(mine).set((
            webhook_deliveries::lease.eq(None::<Uuid>),
            webhook_deliveries::attempts.eq(webhook_deliveries::attempts + 1),
            webhook_deliveries::attempted_at.eq(Some(now)),
            webhook_deliveries::status.eq(attempt.status()),
            webhook_deliveries::last_error.eq(attempt.error()),
            webhook_deliveries::outcome.eq(outcome),
            webhook_deliveries::due_at.eq(due_at),
        ));
        prepared!(update).execute(conn)?;
        Ok(())
    }

    /// Ends the lease of the deliveries that were not tried. They are due, and are the next ones.
    fn release(&self, conn: &mut Conn, untried: &[LeasedDelivery]) -> Result<()> {
        if untried.is_empty() {
            return Ok(());
        }
        let mine =
            mine!(self).filter(among(webhook_deliveries::id, untried.iter().map(|delivery| delivery.id)));
        let update = diesel::update(mine).set((
            webhook_deliveries::lease.eq(None::<Uuid>),
            webhook_deliveries::due_at.eq(webhook_deliveries::queued_at),
        ));
        prepared!(update).execute(conn)?;
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
