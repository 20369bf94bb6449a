//! Being in a team: entering it, by address, and what one may do there.

use diesel::prelude::*;

use super::{TeamRole, admin::TeamAdmin};
use crate::{
    clock::Moment,
    db::Conn,
    error::{Error, Result},
    models::{
        email::Email,
        invite::{IssuedInvite, Standing, inviting, standings},
        vault::Vault,
    },
    schema::team_memberships,
};

const LAST_ADMIN: &str = "A team needs an admin. Make someone else an admin of it first.";

impl TeamAdmin {
    /// Adds people of the workspace and invites everybody else, who joins on acceptance. Who is in the team stays
    /// as they are; who holds a good invite keeps it, and it leads into this team, too.
    pub fn add(
        &self,
        conn: &mut Conn,
        vault: &Vault,
        emails: &[Email],
        named_by: &str,
    ) -> Result<Vec<IssuedInvite>> {
        let standings = standings(conn, &self.member, emails)?;
        inviting::expect_room(conn, &self.member, &standings, named_by)?;
        let mut issued = Vec::new();
        for (email, standing) in standings {
            match standing {
                Standing::Member(user_id) => self.enter(conn, user_id)?,
                Standing::Pending(invite) => invite.lead_into(conn, self.team.id)?,
                Standing::Outside(former) => {
                    let invited = inviting::write(conn, vault, &self.member, &email, former.as_ref(), None)?;
                    invited.invite.lead_into(conn, self.team.id)?;
                    issued.push(invited);
                }
            }
        }
        Ok(issued)
    }

    fn enter(&self, conn: &mut Conn, user_id: i64) -> Result<()> {
        let (workspace_id, team_id) = (self.team.workspace_id, self.team.id);
        enter(conn, workspace_id, team_id, user_id, TeamRole::Member, self.member.now)
    }

    /// Gives somebody in the team a role; its last admin keeps theirs. `named_by` is the parameter with the role.
    pub fn change_role(&self, conn: &mut Conn, user_id: i64, to: TeamRole, named_by: &str) -> Result<()> {
        let (workspace_id, team_id) = (self.team.workspace_id, self.team.id);
        let from = role(conn, workspace_id, team_id, user_id)?.ok_or(Error::NotFound)?;
        if from == to {
            return Ok(());
        }
        set_role(conn, workspace_id, team_id, user_id, to)?;
        if from == TeamRole::Admin && !has_admin(conn, workspace_id, team_id)? {
            return Err(Error::invalid(named_by, "last_admin", LAST_ADMIN));
        }
        Ok(())
    }
}

/// Somebody's role in a team; absent where they are not in it.
pub fn role(conn: &mut Conn, workspace_id: i64, team_id: i64, user_id: i64) -> Result<Option<TeamRole>> {
    let name: Option<String> = team_memberships::table
        .find((workspace_id, team_id, user_id))
        .select(team_memberships::role)
        .first(conn)
        .optional()?;
    Ok(name.as_deref().map(TeamRole::stored))
}

/// Puts somebody of the workspace into a team; who is in it stays as they are.
pub fn enter(
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

pub(super) fn set_role(
    conn: &mut Conn,
    workspace_id: i64,
    team_id: i64,
    user_id: i64,
    role: TeamRole,
) -> Result<()> {
    diesel::update(team_memberships::table.find((workspace_id, team_id, user_id)))
        .set(team_memberships::role.eq(role.name()))
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
