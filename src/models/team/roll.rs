//! The roll of a team: who is in it, and who will be once they accept an invite.

use diesel::prelude::*;

use super::{Team, TeamRole, listing::Tally};
use crate::{
    clock::Moment,
    db::Conn,
    error::Result,
    models::{user::User, workspace::roll::Entry},
    schema::{invite_teams, invites, team_memberships, users},
};

impl Team {
    pub fn roll(&self, conn: &mut Conn, now: Moment) -> Result<Vec<Entry<TeamRole>>> {
        let people: Vec<(User, String)> = team_memberships::table
            .inner_join(users::table.on(users::id.eq(team_memberships::user_id)))
            .filter(team_memberships::workspace_id.eq(self.workspace_id))
            .filter(team_memberships::team_id.eq(self.id))
            .select((User::columns(), team_memberships::role))
            .load(conn)?;
        let invited: Vec<(i64, String)> = invite_teams::table
            .inner_join(
                invites::table.on(invites::workspace_id
                    .eq(invite_teams::workspace_id)
                    .and(invites::id.eq(invite_teams::invite_id))),
            )
            .filter(invite_teams::workspace_id.eq(self.workspace_id))
            .filter(invite_teams::team_id.eq(self.id))
            .filter(invites::expires_at.gt(now))
            .select((invites::id, invites::email))
            .load(conn)?;
        let people = people.into_iter().map(|(user, role)| Entry::person(user, TeamRole::stored(&role)));
        let invited = invited.into_iter().map(|(id, email)| Entry::invited(id, email, TeamRole::Member));
        Ok(people.chain(invited).collect())
    }

    /// How many are in it, in which role.
    pub fn tally(&self, conn: &mut Conn) -> Result<Tally> {
        let count = |conn: &mut Conn, role: TeamRole| {
            team_memberships::table
                .filter(team_memberships::workspace_id.eq(self.workspace_id))
                .filter(team_memberships::team_id.eq(self.id))
                .filter(team_memberships::role.eq(role.name()))
                .count()
                .get_result(conn)
        };
        Ok(Tally { members: count(conn, TeamRole::Member)?, admins: count(conn, TeamRole::Admin)? })
    }
}
