//! The rows that say who is in a team. When the last admin of a team leaves, the person who has been in it longest
//! becomes its admin. A team without people stays.

use diesel::prelude::*;

use super::TeamRole;
use crate::{clock::Moment, db::Conn, error::Result, prepared, schema::team_memberships};

/// A person's role in a team; `None` if they are not in it.
pub fn role(conn: &mut Conn, workspace_id: i64, team_id: i64, user_id: i64) -> Result<Option<TeamRole>> {
    let name: Option<String> = team_memberships::table
        .find((workspace_id, team_id, user_id))
        .select(team_memberships::role)
        .first(conn)
        .optional()?;
    Ok(name.as_deref().map(TeamRole::stored))
}

/// Adds a person of the workspace to a team. A person who is already in it keeps their role.
pub fn insert(
    conn: &mut Conn,
    workspace_id: i64,
    team_id: i64,
    user_id: i64,
    role: TeamRole,
    now: Moment,
) -> Result<()> {
    if self::role(conn, workspace_id, team_id, user_id)?.is_some() {
        return Ok(());
    }
    diesel::insert_into(team_memberships::table)
        .values((
            team_memberships::workspace_id.eq(workspace_id),
            team_memberships::team_id.eq(team_id),
            team_memberships::user_id.eq(user_id),
            team_memberships::role.eq(role.name()),
            team_memberships::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Removes a person who leaves the workspace from all their teams.
pub fn delete_all(conn: &mut Conn, workspace_id: i64, user_id: i64) -> Result<()> {
    let team_ids: Vec<i64> = team_memberships::table
        .filter(team_memberships::workspace_id.eq(workspace_id))
        .filter(team_memberships::user_id.eq(user_id))
        .select(team_memberships::team_id)
        .load(conn)?;
    for team_id in team_ids {
        delete(conn, workspace_id, team_id, user_id)?;
    }
    Ok(())
}

/// Removes a person from a team and returns the number of rows deleted: 0 or 1.
pub(super) fn delete(conn: &mut Conn, workspace_id: i64, team_id: i64, user_id: i64) -> Result<usize> {
    let left =
        diesel::delete(team_memberships::table.find((workspace_id, team_id, user_id))).execute(conn)?;
    if left > 0 && !has_admin(conn, workspace_id, team_id)? {
        promote_longest_member(conn, workspace_id, team_id)?;
    }
    Ok(left)
}

fn promote_longest_member(conn: &mut Conn, workspace_id: i64, team_id: i64) -> Result<()> {
    let next: Option<i64> = team_memberships::table
        .filter(team_memberships::workspace_id.eq(workspace_id))
        .filter(team_memberships::team_id.eq(team_id))
        .order((team_memberships::created_at, team_memberships::user_id))
        .select(team_memberships::user_id)
        .first(conn)
        .optional()?;
    match next {
        Some(next) => set_role(conn, workspace_id, team_id, next, TeamRole::Admin),
        None => Ok(()),
    }
}

pub(super) fn set_role(
    conn: &mut Conn,
    workspace_id: i64,
    team_id: i64,
    user_id: i64,
    role: TeamRole,
) -> Result<()> {
    prepared!(
        diesel::update(team_memberships::table.find((workspace_id, team_id, user_id)))
            .set(team_memberships::role.eq(role.name()))
    )
    .execute(conn)?;
    Ok(())
}

pub(super) fn has_admin(conn: &mut Conn, workspace_id: i64, team_id: i64) -> Result<bool> {
    let admins = team_memberships::table
        .filter(team_memberships::workspace_id.eq(workspace_id))
        .filter(team_memberships::team_id.eq(team_id))
        .filter(team_memberships::role.eq(TeamRole::Admin.name()));
    Ok(diesel::select(diesel::dsl::exists(admins)).get_result(conn)?)
}
