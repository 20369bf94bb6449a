//! Removes events, and the names in them: of an erased person, of a workspace that is deleted, and what is too old.

use chrono::TimeDelta;
use diesel::{
    IntoSql as _,
    prelude::*,
    sql_types::{BigInt, Text},
};

use super::object;
use crate::{
    clock::Moment,
    db::{Conn, among, events as collected, fixed_sql::fixed_sql},
    error::Result,
    prepared,
    schema::{events, installation, workspaces},
};

/// Empties the names in stored events. A person has acted in the workspace where they are, and in those that they have left,
/// which have an event about them. The conditions on workspaces let the indexes be used.
const FORGET: &str = "UPDATE events SET \
         actor_name = CASE WHEN actor_id = ? THEN NULL ELSE actor_name END, \
         label = CASE WHEN person_id = ? OR (object = 'invite' AND label = ?) THEN NULL ELSE label END \
         WHERE (workspace_id, id) IN ( \
         SELECT workspace_id, id FROM events WHERE actor_id = ? AND workspace_id IN (SELECT ? UNION \
         SELECT workspace_id FROM events WHERE workspace_id IN (SELECT id FROM workspaces) AND person_id = ?) \
         UNION SELECT workspace_id, id FROM events WHERE workspace_id IN (SELECT id FROM workspaces) AND person_id = ? \
         UNION SELECT workspace_id, id FROM events WHERE workspace_id IN (SELECT id FROM workspaces) \
         AND object = 'invite' AND label = ?)";

/// Empties the names of a person, who is in this workspace, in all events, and the labels of what was theirs or about them.
/// Invites to their address count as well.
pub fn forget_person(conn: &mut Conn, workspace_id: i64, user_id: i64, email: &str) -> Result<()> {
    collected::retain(|event| {
        if event.actor_id == Some(user_id) {
            event.actor_name = None;
        }
        if event.person_id == Some(user_id)
            || event.object == object::INVITE && event.label.as_deref() == Some(email)
        {
            event.label = None;
        }
        true
    });
    let (id, address) = (|| user_id.into_sql::<BigInt>(), || email.into_sql::<Text>());
    let update = fixed_sql::<diesel::sql_types::Untyped>(conn, FORGET, FORGET)
        .bind(id())
        .bind(id())
        .bind(address())
        .bind(id())
        .bind(workspace_id.into_sql::<BigInt>())
        .bind(id())
        .bind(id())
        .bind(address());
    prepared!(update).execute(conn)?;
    Ok(())
}

/// Drops what this transaction has recorded of a workspace that it deletes. The stored events go with its row.
pub fn forget_workspace(id: i64) {
    collected::retain(|event| event.workspace_id != id);
}

/// Deletes events that are older than so many days, at least `most` if there are so many, and returns their number. The
/// oldest event of each workspace tells whether it has any, which needs no index of times.
pub fn delete_old(conn: &mut Conn, now: Moment, days: u32, most: i64) -> Result<usize> {
    let kept_since = now - TimeDelta::days(days.into());
    diesel::update(installation::table)
        .set(installation::events_kept_since.eq(Some(kept_since)))
        .execute(conn)?;
    let mut deleted = 0;
    while i64::try_from(deleted).is_ok_and(|deleted| deleted < most) {
        let oldest = events::table
            .filter(events::workspace_id.eq(workspaces::id))
            .order(events::id)
            .select(events::at)
            .single_value();
        let workspace_id: Option<i64> = workspaces::table
            .filter(oldest.lt(Some(kept_since)))
            .select(workspaces::id)
            .first(conn)
            .optional()?;
        let Some(workspace_id) = workspace_id else { break };
        let first: Vec<(i64, Moment)> = events::table
            .filter(events::workspace_id.eq(workspace_id))
            .order(events::id)
            .limit(most)
            .select((events::id, events::at))
            .load(conn)?;
        let old = first.into_iter().filter(|(_, at)| *at < kept_since).map(|(id, _)| id);
        let old = events::table.filter(events::workspace_id.eq(workspace_id)).filter(among(events::id, old));
        deleted += diesel::delete(old).execute(conn)?;
    }
    Ok(deleted)
}
