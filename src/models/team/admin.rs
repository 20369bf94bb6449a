//! Authority over one team: whoever made it, whom they made its admins, and the workspace's admins.

use diesel::prelude::*;

use super::{Team, TeamRole, membership};
use crate::{
    db::Conn,
    error::{Error, Result},
    models::session::Member,
    schema::teams,
};

const NOT_YOURS: &str = "Only team admins and workspace admins can change a team";

/// A member who may change this team.
#[derive(Debug, Clone)]
pub struct TeamAdmin {
    pub member: Member,
    pub team: Team,
}

impl Member {
    /// Creates a team, which this member administers.
    pub fn create_team(self, conn: &mut Conn, name: &str) -> Result<TeamAdmin> {
        let team: Team = diesel::insert_into(teams::table)
            .values((
                teams::workspace_id.eq(self.workspace_id),
                teams::name.eq(name),
                teams::created_at.eq(self.now),
                teams::updated_at.eq(self.now),
            ))
            .returning(Team::columns())
            .get_result(conn)?;
        membership::enter(conn, team.workspace_id, team.id, self.user_id, TeamRole::Admin, self.now)?;
        Ok(TeamAdmin { member: self, team })
    }

    /// The same person with a team admin's authority.
    pub fn team_admin(self, conn: &mut Conn, team_id: i64) -> Result<TeamAdmin> {
        let team = self.team(conn, team_id)?;
        let may = self.is_admin()
            || membership::role(conn, self.workspace_id, team_id, self.user_id)? == Some(TeamRole::Admin);
        if may { Ok(TeamAdmin { member: self, team }) } else { Err(Error::Forbidden(NOT_YOURS)) }
    }
}

impl TeamAdmin {
    pub fn rename(&self, conn: &mut Conn, name: &str) -> Result<Team> {
        let renamed = diesel::update(
            teams::table
                .filter(teams::workspace_id.eq(self.team.workspace_id))
                .filter(teams::id.eq(self.team.id)),
        )
        .set((teams::name.eq(name), teams::updated_at.eq(self.member.now)))
        .returning(Team::columns())
        .get_result(conn)?;
        Ok(renamed)
    }

    /// Deletes the team. Its sharing ends with it; the accounts and the people stay.
    pub fn delete(&self, conn: &mut Conn) -> Result<()> {
        diesel::delete(
            teams::table
                .filter(teams::workspace_id.eq(self.team.workspace_id))
                .filter(teams::id.eq(self.team.id)),
        )
        .execute(conn)?;
        Ok(())
    }
}
