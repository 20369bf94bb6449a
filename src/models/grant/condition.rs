//! What is known of a grant without asking its network.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::{GrantId, State};
use crate::{
    clock::Moment,
    db::{Conn, among, dialect, types::Uuid},
    error::Result,
    prepared,
    schema::grants,
};

/// A person may ask for one check in this time.
const CHECK_INTERVAL: TimeDelta = TimeDelta::minutes(1);

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = grants)]
pub struct Condition {
    state: String,
    expires_at: Option<Moment>,
    pub last_read_at: Option<Moment>,
}

impl Condition {
    /// `None` if the grant is gone.
    pub fn find(conn: &mut Conn, grant: GrantId) -> Result<Option<Self>> {
        let row = grants::table.find((grant.workspace_id, grant.id));
        Ok(prepared!(row.select(Self::as_select())).get_result(conn).optional()?)
    }

    pub fn needs_reconnect(&self) -> bool {
        self.state == State::NeedsReconnect.name()
    }

    /// Whether its access token works, as far as is known.
    pub fn is_living(&self, now: Moment) -> bool {
        !self.needs_reconnect() && self.expires_at.is_none_or(|at| at > now)
    }
}

/// Makes these grants due for a check if the last one was before a moment, and longer ago than a minute. Locks all of them
/// before it changes one, so the same transaction may change each of them afterwards.
pub fn request_checks(
    conn: &mut Conn,
    workspace_id: i64,
    ids: &[Uuid],
    checked_before: Moment,
    now: Moment,
) -> Result<()> {
    dialect::lock_grants(conn, workspace_id, ids)?;
    let old = diesel::update(grants::table)
        .filter(grants::workspace_id.eq(workspace_id))
        .filter(among(grants::id, ids.iter().map(|id| id.0)))
        .filter(grants::state.eq(State::Ok.name()))
        .filter(grants::attempts.eq(0))
        .filter(grants::last_checked_at.lt(checked_before.min(now - CHECK_INTERVAL)))
        .filter(grants::next_attempt_at.is_null().or(grants::next_attempt_at.gt(now).assume_not_null()));
    prepared!(old.set(grants::next_attempt_at.eq(now))).execute(conn)?;
    Ok(())
}
