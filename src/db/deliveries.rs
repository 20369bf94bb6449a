//! Inserts the deliveries of webhooks, and finds those that may be sent: in order per record, and few of one webhook at the
//! same time.

use diesel::{
    IntoSql as _, OptionalExtension as _, QueryResult, RunQueryDsl as _,
    result::Error as Failure,
    sql_types::{BigInt, Bool, Integer, Nullable, Text, Timestamp},
};

use super::{
    Cell, Conn,
    fixed_sql::fixed_sql,
    insertion::{self, Joined, NewRow},
    signal,
    types::Uuid,
};
use crate::{
    clock::{self, Moment},
    prepared,
    sql_types::Guid,
};

/// What the webhooks get that ask for an event.
#[derive(Debug)]
pub struct NewMessage {
    pub id: Uuid,
    pub event_id: i64,
    pub record_id: String,
    pub event_name: String,
    /// Of an update.
    pub fields: Option<String>,
    /// Sealed.
    pub record: String,
    pub at: Moment,
}

/// Inserts a delivery of each message for each webhook of the workspace that asks for it.
pub fn insert(conn: &mut Conn, workspace_id: i64, messages: &[NewMessage]) -> QueryResult<()> {
    const COLUMNS: [(Cell, &str); 9] = [
        (Cell::Text, "event_name"),
        (Cell::Uuid, "id"),
        (Cell::Integer, "event_id"),
        (Cell::Text, "record_id"),
        (Cell::Text, "fields"),
        (Cell::Text, "record"),
        (Cell::Moment, "created_at"),
        (Cell::Moment, "queued_at"),
        (Cell::Moment, "due_at"),
    ];
    let webhooks = Joined {
        columns: "workspace_id, webhook_id, attempts",
        values: "w.workspace_id, w.id, 0",
        table: "webhooks AS w",
        condition: &|event_name| format!("w.off_because IS NULL AND asks_for(w.operations, {event_name})"),
    };
    let rows = messages.iter().map(|message| Ok(message.to_row()));
    insertion::insert_joined::<Failure>(conn, "webhook_deliveries", &COLUMNS, &webhooks, workspace_id, rows)?;
    signal::announce_job();
    Ok(())
}

impl NewMessage {
    /// In the order of the columns.
    fn to_row(&self) -> NewRow {
        let at = clock::for_database(self.at);
        vec![
            Some(self.event_name.clone()),
            Some(self.id.0.to_string()),
            Some(self.event_id.to_string()),
            Some(self.record_id.clone()),
            self.fields.clone(),
            Some(self.record.clone()),
            Some(at.clone()),
            Some(at.clone()),
            Some(at),
        ]
    }
}

/// The webhooks `w` of workspaces in which deliveries wait. The index is searched once for each such workspace, however many
/// wait there.
macro_rules! from_busy_webhooks {
    ($($selection:tt)*) => {
        concat!(
            "WITH RECURSIVE busy (workspace_id) AS ( \
             SELECT min(workspace_id) FROM webhook_deliveries WHERE outcome IS NULL \
             UNION ALL SELECT (SELECT min(later.workspace_id) FROM webhook_deliveries AS later \
             WHERE later.outcome IS NULL AND later.workspace_id > busy.workspace_id) \
             FROM busy WHERE busy.workspace_id IS NOT NULL) SELECT ",
            $($selection)*,
            " FROM busy JOIN webhooks AS w ON w.workspace_id = busy.workspace_id"
        )
    };
}

/// The webhook `w` is on and not paused. Takes the current time.
macro_rules! is_called {
    () => {
        "w.off_because IS NULL AND (w.paused_until IS NULL OR w.paused_until <= ?)"
    };
}

/// The webhook `w` has fewer bundles in flight than it may have: 2, or 1 if it fails. Takes the current time.
macro_rules! has_room {
    () => {
        "(SELECT count(DISTINCT flying.lease) FROM webhook_deliveries AS flying \
         WHERE flying.workspace_id = w.workspace_id AND flying.webhook_id = w.id AND flying.outcome IS NULL \
         AND flying.due_at > ?) < CASE WHEN w.failing_since IS NULL THEN 2 ELSE 1 END"
    };
}

/// The delivery `d` of the webhook `w` is due, and no earlier one of its record has to be sent first. Takes the current
/// time, and the number of attempts for which the later ones of a record wait.
macro_rules! is_sendable {
    () => {
        "d.workspace_id = w.workspace_id AND d.webhook_id = w.id AND d.outcome IS NULL AND d.due_at <= ? \
         AND NOT EXISTS (SELECT 1 FROM webhook_deliveries AS earlier \
         WHERE earlier.workspace_id = d.workspace_id AND earlier.webhook_id = d.webhook_id \
         AND earlier.record_id = d.record_id AND earlier.event_id < d.event_id AND earlier.outcome IS NULL \
         AND earlier.attempts < ?)"
    };
}

/// A webhook that has a delivery to send.
#[derive(Debug, Clone, Copy, diesel::Queryable)]
pub struct SendingWebhook {
    pub workspace_id: i64,
    pub id: Uuid,
}

/// Those that wait for the longest time come first.
pub fn sending_webhooks(
    conn: &mut Conn,
    ordered_attempts: i32,
    most: i64,
    may_be_failing: bool,
    now: Moment,
) -> QueryResult<Vec<SendingWebhook>> {
    const FIND: &str = concat!(
        from_busy_webhooks!("w.workspace_id, w.id"),
        " WHERE ",
        is_called!(),
        " AND (w.failing_since IS NULL OR ?) AND ",
        has_room!(),
        " AND EXISTS (SELECT 1 FROM webhook_deliveries AS d WHERE ",
        is_sendable!(),
        ") ORDER BY (SELECT min(first.due_at) FROM webhook_deliveries AS first \
         WHERE first.workspace_id = w.workspace_id AND first.webhook_id = w.id AND first.outcome IS NULL), w.id LIMIT ?"
    );
    let find = fixed_sql::<(BigInt, Guid)>(conn, FIND, FIND)
        .bind(now.into_sql::<Timestamp>())
        .bind(may_be_failing.into_sql::<Bool>())
        .bind(now.into_sql::<Timestamp>())
        .bind(now.into_sql::<Timestamp>())
        .bind(ordered_attempts.into_sql::<Integer>())
        .bind(most.into_sql::<BigInt>());
    prepared!(find).load(conn)
}

/// What is needed to send the deliveries of a webhook.
#[derive(Debug, diesel::Queryable)]
pub struct LockedWebhook {
    pub target_url: String,
    /// Sealed.
    pub secret: Option<String>,
    pub is_failing: bool,
    /// The id of its workspace that receivers know.
    pub workspace: Uuid,
}

/// Locks a webhook; `None` if another process has locked it, or if it is off or paused.
pub fn lock_webhook(
    conn: &mut Conn,
    workspace_id: i64,
    id: Uuid,
    now: Moment,
) -> QueryResult<Option<LockedWebhook>> {
    macro_rules! find {
        () => {
            concat!(
                "SELECT w.target_url, w.secret, w.failing_since IS NOT NULL, workspace.uuid FROM webhooks AS w \
                 JOIN workspaces AS workspace ON workspace.id = w.workspace_id \
                 WHERE w.workspace_id = ? AND w.id = ? AND ",
                is_called!()
            )
        };
    }
    let lock = concat!(find!(), " FOR NO KEY UPDATE OF w SKIP LOCKED");
    let find = fixed_sql::<(Text, Nullable<Text>, Bool, Guid)>(conn, lock, find!())
        .bind(workspace_id.into_sql::<BigInt>())
        .bind(id.into_sql::<Guid>())
        .bind(now.into_sql::<Timestamp>());
    prepared!(find).get_result(conn).optional()
}

/// The ids of the next deliveries of a locked webhook that may be sent; none if it has no room for a bundle.
pub fn find_sendable(
    conn: &mut Conn,
    workspace_id: i64,
    webhook_id: Uuid,
    ordered_attempts: i32,
    most: i64,
    now: Moment,
) -> QueryResult<Vec<Uuid>> {
    const FIND: &str = concat!(
        "SELECT d.id FROM webhooks AS w \
         JOIN webhook_deliveries AS d ON d.workspace_id = w.workspace_id AND d.webhook_id = w.id \
         WHERE w.workspace_id = ? AND w.id = ? AND ",
        has_room!(),
        " AND ",
        is_sendable!(),
        " ORDER BY d.due_at, d.event_id LIMIT ?"
    );
    let find = fixed_sql::<(Guid,)>(conn, FIND, FIND)
        .bind(workspace_id.into_sql::<BigInt>())
        .bind(webhook_id.into_sql::<Guid>())
        .bind(now.into_sql::<Timestamp>())
        .bind(now.into_sql::<Timestamp>())
        .bind(ordered_attempts.into_sql::<Integer>())
        .bind(most.into_sql::<BigInt>());
    let found: Vec<(Uuid,)> = prepared!(find).load(conn)?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}
