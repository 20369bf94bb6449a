//! Leaving a team. When its last admin goes, whoever has been in it longest looks after it from then on;
//! a team nobody is left in stays.

use diesel::prelude::*;

use super::{TeamRole, membership};
use crate::{
    db::Conn,
    error::{Error, Result},
    models::session::Member,
    schema::team_memberships,
};

impl Member {
    /// Takes somebody out of a team: oneself, or, as an admin of it, anybody.
    pub fn remove_from_team(self, conn: &mut Conn, team_id: i64, user_id: i64) -> Result<()> {
        let workspace_id = self.workspace_id;
        if user_id == self.user_id {
            self.team(conn, team_id)?;
        } else {
            self.team_admin(conn, team_id)?;
        }
        match leave(conn, workspace_id, team_id, user_id)? {
            0 => Err(Error::NotFound),
            _ => Ok(()),
        }
    }
}

/// Ends every team membership of somebody who leaves the workspace.
pub fn leave_all(conn: &mut Conn, workspace_id: i64, user_id: i64) -> Result<()> {
    let team_ids: Vec<i64> = team_memberships::table
        .filter(team_memberships::workspace_id.eq(workspace_id))
        .filter(team_memberships::user_id.eq(user_id))
        .select(team_memberships::team_id)
        .load(conn)?;
    for team_id in team_ids {
        leave(conn, workspace_id, team_id, user_id)?;
    }
    Ok(())
}

fn leave(conn: &mut Conn, workspace_id: i64, team_id: i64, user_id: i64) -> Result<usize> {
    let left =
        diesel::delete(team_memberships::table.find((workspace_id, team_id, user_id))).execute(conn)?;
    if left > 0 && !membership::has_admin(conn, workspace_id, team_id)? {
        promote_longest_standing(conn, workspace_id, team_id)?;
    }
    Ok(left)
}

fn promote_longest_standing(conn: &mut Conn, workspace_id: i64, team_id: i64) -> Result<()> {
    let heir: Option<i64> = team_memberships::table
        .filter(team_memberships::workspace_id.eq(workspace_id))
        .filter(team_memberships::team_id.eq(team_id))
        .order((team_memberships::created_at, team_memberships::user_id))
        .select(team_memberships::user_id)
        .first(conn)
        .optional()?;
    match heir {
        Some(heir) => membership::set_role(conn, workspace_id, team_id, heir, TeamRole::Admin),
        None => Ok(()),
    }
}
