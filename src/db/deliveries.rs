//! Finds the webhook deliveries that may be sent: in order per record, and few of one webhook at the same time.

use diesel::{
    IntoSql as _, OptionalExtension as _, QueryResult, RunQueryDsl as _,
    sql_types::{BigInt, Bool, Integer, Nullable, Text, Timestamp},
};

use super::{Conn, fixed_sql::fixed_sql, types::Uuid};
use crate::{clock::Moment, prepared, sql_types::Guid};

/// A delivery that may be sent, and its webhook.
pub type SendableDelivery = (Uuid, String, Option<String>, Option<Moment>);

/// The webhook `w` has fewer deliveries in flight than it may have: 2, or 1 if it fails. Takes the current time.
macro_rules! has_room {
    () => {
        "(SELECT count(*) FROM webhook_deliveries AS flying WHERE flying.workspace_id = w.workspace_id \
         AND flying.webhook_id = w.id AND flying.lease IS NOT NULL AND flying.due_at > ?) \
         < CASE WHEN w.failing_since IS NULL THEN 2 ELSE 1 END"
    };
}

/// The delivery `d` of the webhook `w` is due, and no earlier one of its record has to be sent first. Takes the current
/// time, and twice the number of attempts for which the later ones of a record wait.
macro_rules! is_sendable {
    () => {
        "d.workspace_id = w.workspace_id AND d.webhook_id = w.id AND d.settled_at IS NULL AND d.due_at <= ? \
         AND NOT EXISTS (SELECT 1 FROM webhook_deliveries AS earlier \
         WHERE earlier.workspace_id = d.workspace_id AND earlier.webhook_id = d.webhook_id \
         AND earlier.record_id = d.record_id AND earlier.event_id < d.event_id AND earlier.settled_at IS NULL \
         AND (earlier.attempts < ? OR (earlier.attempts = ? AND earlier.lease IS NOT NULL)))"
    };
}

macro_rules! webhook_with_sendable {
    ($lock:literal) => {
        concat!(
            "SELECT w.workspace_id, w.id FROM webhooks AS w \
             WHERE w.off_because IS NULL AND (w.failing_since IS NULL OR ?) AND ",
            has_room!(),
            " AND EXISTS (SELECT 1 FROM webhook_deliveries AS d WHERE ",
            is_sendable!(),
            ") ORDER BY (SELECT min(d.due_at) FROM webhook_deliveries AS d WHERE d.workspace_id = w.workspace_id \
             AND d.webhook_id = w.id AND d.settled_at IS NULL), w.id LIMIT 1",
            $lock
        )
    };
}

/// Locks a webhook that has a delivery to send; the one that waits for the longest time comes first. Skips those that are
/// locked.
pub fn lock_webhook(
    conn: &mut Conn,
    may_be_failing: bool,
    ordered_attempts: i32,
    now: Moment,
) -> QueryResult<Option<(i64, Uuid)>> {
    let find = fixed_sql::<(BigInt, Guid)>(
        conn,
        webhook_with_sendable!(" FOR NO KEY UPDATE OF w SKIP LOCKED"),
        webhook_with_sendable!(""),
    )
    .bind(may_be_failing.into_sql::<Bool>())
    .bind(now.into_sql::<Timestamp>())
    .bind(now.into_sql::<Timestamp>())
    .bind(ordered_attempts.into_sql::<Integer>())
    .bind(ordered_attempts.into_sql::<Integer>());
    prepared!(find).get_result(conn).optional()
}

/// The next delivery of a locked webhook that may be sent.
pub fn find_sendable(
    conn: &mut Conn,
    workspace_id: i64,
    webhook_id: Uuid,
    ordered_attempts: i32,
    now: Moment,
) -> QueryResult<Option<SendableDelivery>> {
    const FIND: &str = concat!(
        "SELECT d.id, w.target_url, w.secret, w.failing_since FROM webhook_deliveries AS d \
         JOIN webhooks AS w ON w.workspace_id = d.workspace_id AND w.id = d.webhook_id \
         WHERE w.workspace_id = ? AND w.id = ? AND ",
        has_room!(),
        " AND ",
        is_sendable!(),
        " ORDER BY d.due_at, d.event_id LIMIT 1"
    );
    let find = fixed_sql::<(Guid, Text, Nullable<Text>, Nullable<Timestamp>)>(conn, FIND, FIND)
        .bind(workspace_id.into_sql::<BigInt>())
        .bind(webhook_id.into_sql::<Guid>())
        .bind(now.into_sql::<Timestamp>())
        .bind(now.into_sql::<Timestamp>())
        .bind(ordered_attempts.into_sql::<Integer>())
        .bind(ordered_attempts.into_sql::<Integer>());
    prepared!(find).get_result(conn).optional()
}
