//! Deliveries: one row for each event and webhook that asks for it, and for each test. It is inserted in the transaction
//! of the event, leased by its due time, and kept for a week.

use chrono::TimeDelta;
use diesel::prelude::*;
use strum::{EnumString, IntoStaticStr};

use crate::{
    clock::{self, Moment},
    crypto::seal::Place,
    db::{
        Cell, Conn,
        insertion::{self, NewRow},
        signal,
        types::Uuid,
    },
    error::{Error, Result},
    models::vault::Vault,
    prepared,
    schema::{webhook_deliveries, workspaces},
};

const RETENTION: TimeDelta = TimeDelta::days(7);

/// What became of a delivery for which nothing more is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Outcome {
    Delivered,
    /// Every attempt has failed.
    GivenUp,
    /// It waited when its webhook was switched off.
    SwitchedOff,
}

/// A delivery to insert, due now.
#[derive(Debug, Clone)]
pub struct NewDelivery {
    pub id: Uuid,
    pub webhook_id: Uuid,
    /// The event and its record; `None` for a test.
    pub event: Option<(i64, String)>,
    pub event_name: String,
    /// JSON; it is sealed before it is stored.
    pub body: String,
}

/// Inserts the deliveries of a workspace with one statement.
pub fn insert_all(
    conn: &mut Conn,
    vault: &Vault,
    workspace_id: i64,
    deliveries: &[NewDelivery],
    now: Moment,
) -> Result<()> {
    let columns = [
        (Cell::Uuid, "id"),
        (Cell::Uuid, "webhook_id"),
        (Cell::Integer, "event_id"),
        (Cell::Text, "record_id"),
        (Cell::Text, "event_name"),
        (Cell::Text, "body"),
        (Cell::Moment, "created_at"),
        (Cell::Moment, "queued_at"),
        (Cell::Moment, "due_at"),
        (Cell::Integer, "attempts"),
    ];
    let rows = deliveries.iter().map(|delivery| Ok(delivery.to_row(vault, workspace_id, now)));
    insertion::insert::<Error>(conn, "webhook_deliveries", &columns, Some(workspace_id), rows)?;
    signal::announce_job();
    Ok(())
}

impl NewDelivery {
    /// In the order of the columns.
    fn to_row(&self, vault: &Vault, workspace_id: i64, now: Moment) -> NewRow {
        let body = vault.ring().seal(&place(workspace_id, self.id), &self.body);
        let now = clock::for_database(now);
        let (event_id, record_id) = self.event.clone().unzip();
        vec![
            Some(self.id.0.to_string()),
            Some(self.webhook_id.0.to_string()),
            event_id.map(|id| id.to_string()),
            record_id,
            Some(self.event_name.clone()),
            Some(body.as_str().to_owned()),
            Some(now.clone()),
            Some(now.clone()),
            Some(now),
            Some("0".to_owned()),
        ]
    }
}

/// Where the body of a delivery is sealed.
pub(super) fn place(workspace_id: i64, id: Uuid) -> Place {
    Place { table: "webhook_deliveries", column: "body", row: id.0, workspace: workspace_id }
}

/// When the next delivery is due; a leased one is due when its lease ends.
pub fn next_due(conn: &mut Conn) -> Result<Option<Moment>> {
    let waiting = webhook_deliveries::table.filter(webhook_deliveries::settled_at.is_null());
    let next = waiting.order(webhook_deliveries::due_at).limit(1).select(webhook_deliveries::due_at);
    Ok(prepared!(next).get_result(conn).optional()?)
}

/// Queues a settled delivery of a webhook again. Returns whether there is one with this id.
pub fn send_again(
    conn: &mut Conn,
    workspace_id: i64,
    webhook_id: Uuid,
    id: Uuid,
    now: Moment,
) -> Result<bool> {
    let settled = webhook_deliveries::table
        .find((workspace_id, id))
        .filter(webhook_deliveries::webhook_id.eq(webhook_id))
        .filter(webhook_deliveries::settled_at.is_not_null());
    let queue = diesel::update(settled).set((
        webhook_deliveries::queued_at.eq(now),
        webhook_deliveries::due_at.eq(now),
        webhook_deliveries::attempts.eq(0),
        webhook_deliveries::settled_at.eq(None::<Moment>),
        webhook_deliveries::outcome.eq(None::<&str>),
    ));
    let queued = prepared!(queue).execute(conn)?;
    signal::announce_job();
    Ok(queued > 0)
}

/// Settles what waits for a webhook that is switched off, or was until now.
pub(super) fn settle_waiting(
    conn: &mut Conn,
    workspace_id: i64,
    webhook_id: Uuid,
    now: Moment,
) -> Result<()> {
    let waiting = webhook_deliveries::table
        .filter(webhook_deliveries::workspace_id.eq(workspace_id))
        .filter(webhook_deliveries::webhook_id.eq(webhook_id))
        .filter(webhook_deliveries::settled_at.is_null());
    let outcome: &str = Outcome::SwitchedOff.into();
    diesel::update(waiting)
        .set((
            webhook_deliveries::settled_at.eq(Some(now)),
            webhook_deliveries::outcome.eq(Some(outcome)),
            webhook_deliveries::lease.eq(None::<Uuid>),
        ))
        .execute(conn)?;
    Ok(())
}

/// Deletes what is still stored about records of an erased person.
pub fn forget_records(conn: &mut Conn, workspace_id: i64, record_ids: &[String]) -> Result<()> {
    let about = webhook_deliveries::table
        .filter(webhook_deliveries::workspace_id.eq(workspace_id))
        .filter(webhook_deliveries::record_id.eq_any(record_ids));
    diesel::delete(about).execute(conn)?;
    Ok(())
}

/// Makes deliveries due that are due later than any schedule says: they were written while the clock was ahead.
pub fn bring_forward(conn: &mut Conn, latest: Moment, now: Moment) -> Result<()> {
    let late = webhook_deliveries::table
        .filter(webhook_deliveries::settled_at.is_null())
        .filter(webhook_deliveries::due_at.gt(latest));
    diesel::update(late).set(webhook_deliveries::due_at.eq(now)).execute(conn)?;
    Ok(())
}

/// Deletes at most `most` deliveries older than a week, and returns their number. The conditions on workspaces let the
/// indexes be used.
pub fn delete_old(conn: &mut Conn, now: Moment, most: i64) -> Result<usize> {
    let old = diesel::alias!(webhook_deliveries as old);
    let ids = old
        .filter(old.field(webhook_deliveries::workspace_id).eq_any(workspaces::table.select(workspaces::id)))
        .filter(old.field(webhook_deliveries::queued_at).lt(now - RETENTION))
        .select(old.field(webhook_deliveries::id))
        .limit(most);
    let expired = webhook_deliveries::table
        .filter(webhook_deliveries::workspace_id.eq_any(workspaces::table.select(workspaces::id)))
        .filter(webhook_deliveries::id.eq_any(ids));
    Ok(diesel::delete(expired).execute(conn)?)
}
