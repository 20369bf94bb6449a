//! Deliveries: one row for each event and webhook that asks for it, and for each test. It is inserted in the transaction
//! of the event, leased by its due time, and kept for a week.

use chrono::TimeDelta;
use diesel::{
    IntoSql as _,
    prelude::*,
    sql_types::{BigInt, Untyped},
};
use strum::{EnumString, IntoStaticStr};

use super::{end_pause, schedule::PATIENCE};
use crate::{
    clock::Moment,
    crypto::seal::Place,
    db::{Conn, among, fixed_sql::fixed_sql, signal, types::Uuid},
    error::Result,
    models::vault::Vault,
    prepared,
    schema::webhook_deliveries,
    sql_types::Guid,
};

const RETENTION: TimeDelta = TimeDelta::days(7);
/// The event of a test, which no operation asks for.
pub const TEST: &str = "webhook.test";

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

/// A test to insert, which is due at once.
#[derive(Debug)]
pub struct NewTest {
    pub workspace_id: i64,
    pub webhook_id: Uuid,
    pub id: Uuid,
    /// Sealed.
    pub record: String,
}

impl NewTest {
    pub fn insert(&self, conn: &mut Conn, now: Moment) -> Result<()> {
        let values = (
            webhook_deliveries::workspace_id.eq(self.workspace_id),
            webhook_deliveries::webhook_id.eq(self.webhook_id),
            webhook_deliveries::id.eq(self.id),
            webhook_deliveries::event_name.eq(TEST),
            webhook_deliveries::record.eq(&self.record),
            webhook_deliveries::created_at.eq(now),
            webhook_deliveries::queued_at.eq(now),
            webhook_deliveries::due_at.eq(before_others(now)),
            webhook_deliveries::attempts.eq(0),
        );
        diesel::insert_into(webhook_deliveries::table).values(values).execute(conn)?;
        signal::announce_job();
        end_pause(conn, self.workspace_id, self.webhook_id)
    }
}

/// When a delivery is due for which a person waits: before all that wait now.
fn before_others(now: Moment) -> Moment {
    now - PATIENCE
}

/// The id of a message. Later ones are greater, so the ids of a webhook's deliveries are in their order.
pub fn new_id() -> Uuid {
    Uuid(uuid::Uuid::now_v7())
}

/// Seals the record of a message.
pub fn seal(vault: &Vault, workspace_id: i64, id: Uuid, record: &str) -> String {
    vault.ring().seal(&place(workspace_id, id), record).as_str().to_owned()
}

/// Where the record of a message is sealed.
pub(super) fn place(workspace_id: i64, id: Uuid) -> Place {
    Place { table: "webhook_deliveries", column: "record", row: id.0, workspace: workspace_id }
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
        .find((workspace_id, webhook_id, id))
        .filter(webhook_deliveries::outcome.is_not_null());
    let queue = diesel::update(settled).set((
        webhook_deliveries::queued_at.eq(now),
        webhook_deliveries::due_at.eq(before_others(now)),
        webhook_deliveries::attempts.eq(0),
        webhook_deliveries::outcome.eq(None::<&str>),
    ));
    let queued = prepared!(queue).execute(conn)?;
    signal::announce_job();
    end_pause(conn, workspace_id, webhook_id)?;
    Ok(queued > 0)
}

/// Settles what waits for a webhook that is switched off, or was until now.
pub(super) fn settle_waiting(conn: &mut Conn, workspace_id: i64, webhook_id: Uuid) -> Result<()> {
    let waiting = webhook_deliveries::table
        .filter(webhook_deliveries::workspace_id.eq(workspace_id))
        .filter(webhook_deliveries::webhook_id.eq(webhook_id))
        .filter(webhook_deliveries::outcome.is_null());
    let outcome: &str = Outcome::SwitchedOff.into();
    diesel::update(waiting)
        .set((webhook_deliveries::outcome.eq(Some(outcome)), webhook_deliveries::lease.eq(None::<Uuid>)))
        .execute(conn)?;
    Ok(())
}

/// Deletes what is still stored about records of an erased person.
pub fn forget_records(conn: &mut Conn, workspace_id: i64, record_ids: &[String]) -> Result<()> {
    let about = webhook_deliveries::table
        .filter(webhook_deliveries::workspace_id.eq(workspace_id))
        .filter(among(webhook_deliveries::record_id.assume_not_null(), record_ids));
    prepared!(diesel::delete(about)).execute(conn)?;
    Ok(())
}

/// Makes deliveries due that are due later than any schedule says: they were written while the clock was ahead.
pub fn bring_forward(conn: &mut Conn, latest: Moment, now: Moment) -> Result<()> {
    let late = webhook_deliveries::table
        .filter(webhook_deliveries::outcome.is_null())
        .filter(webhook_deliveries::due_at.gt(latest));
    diesel::update(late).set(webhook_deliveries::due_at.eq(now)).execute(conn)?;
    Ok(())
}

/// Deletes at most `most` settled deliveries older than a week, and returns their number. Their ids tell their age.
pub fn delete_old(conn: &mut Conn, now: Moment, most: i64) -> Result<usize> {
    const DELETE: &str = "DELETE FROM webhook_deliveries WHERE (workspace_id, webhook_id, id) IN ( \
         SELECT d.workspace_id, d.webhook_id, d.id FROM webhooks AS w \
         JOIN webhook_deliveries AS d ON d.workspace_id = w.workspace_id AND d.webhook_id = w.id \
         WHERE d.id < ? AND d.outcome IS NOT NULL LIMIT ?)";
    let delete = fixed_sql::<Untyped>(conn, DELETE, DELETE)
        .bind(first_id_at(now - RETENTION).into_sql::<Guid>())
        .bind(most.into_sql::<BigInt>());
    Ok(prepared!(delete).execute(conn)?)
}

/// The least of the ids that were made at this moment.
fn first_id_at(moment: Moment) -> Uuid {
    let milliseconds = u64::try_from(moment.and_utc().timestamp_millis()).unwrap_or_default();
    Uuid(uuid::Builder::from_unix_timestamp_millis(milliseconds, &[0; 10]).into_uuid())
}
