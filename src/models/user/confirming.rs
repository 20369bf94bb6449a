//! Confirms a person's address: they followed a link that was mailed to it. Until then, a stranger may have registered it,
//! so a reset of its password also ends what could let that stranger in again. See `spec/decisions/0019`.

use diesel::prelude::*;

use crate::{
    clock::Moment,
    db::Conn,
    error::Result,
    models::{api_key, invite, membership::Membership},
    prepared,
    schema::users,
};

/// What the reset of an unconfirmed address has ended besides the sessions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ended {
    /// Pending ones.
    pub invites: usize,
    pub api_keys: usize,
}

/// Returns whether the address was unconfirmed before. The person may have changed it meanwhile, so it is named.
pub fn confirm(conn: &mut Conn, user_id: i64, email: &str, now: Moment) -> Result<bool> {
    let unconfirmed =
        users::table.find(user_id).filter(users::email.eq(email)).filter(users::email_confirmed_at.is_null());
    let confirmed =
        prepared!(diesel::update(unconfirmed).set(users::email_confirmed_at.eq(Some(now)))).execute(conn)?;
    Ok(confirmed > 0)
}

/// Ends the invites that the person sent. Where nobody else is in the workspace, ends all its invites and API keys. The
/// workspace must be locked.
pub(super) fn end_invites_and_keys(conn: &mut Conn, membership: &Membership, now: Moment) -> Result<Ended> {
    let workspace_id = membership.workspace_id;
    if membership.is_alone(conn)? {
        let invites = invite::withdraw_pending(conn, workspace_id, None, now)?;
        return Ok(Ended { invites, api_keys: api_key::revoke_all(conn, workspace_id, now)? });
    }
    let invites = invite::withdraw_pending(conn, workspace_id, Some(membership.user_id), now)?;
    Ok(Ended { invites, api_keys: 0 })
}
