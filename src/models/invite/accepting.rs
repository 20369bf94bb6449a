//! Accepting an invite: it is for one address, and works once.

use diesel::prelude::*;

use super::Invite;
use crate::{
    clock::Moment,
    db::Conn,
    error::{Error, Result},
    schema::{invite_teams, invites, team_memberships},
};

impl Invite {
    /// The invite is for whoever holds this address, and nobody else.
    pub fn expect_address(&self, email: &str) -> Result<()> {
        if self.email == email {
            return Ok(());
        }
        Err(Error::invalid("invite", "another_address", "This invite was sent to another email address"))
    }

    /// The new member joins the teams they were invited to, and the invite is used up.
    pub fn settle(&self, conn: &mut Conn, user_id: i64, now: Moment) -> Result<()> {
        let teams: Vec<i64> = invite_teams::table
            .filter(invite_teams::workspace_id.eq(self.workspace_id))
            .filter(invite_teams::invite_id.eq(self.id))
            .select(invite_teams::team_id)
            .load(conn)?;
        for team_id in teams {
            let place = team_memberships::table.find((self.workspace_id, team_id, user_id));
            if diesel::select(diesel::dsl::exists(place)).get_result(conn)? {
                continue;
            }
            diesel::insert_into(team_memberships::table)
                .values((
                    team_memberships::workspace_id.eq(self.workspace_id),
                    team_memberships::team_id.eq(team_id),
                    team_memberships::user_id.eq(user_id),
                    team_memberships::role.eq("member"),
                    team_memberships::created_at.eq(now),
                ))
                .execute(conn)?;
        }
        diesel::delete(
            invites::table.filter(invites::workspace_id.eq(self.workspace_id)).filter(invites::id.eq(self.id)),
        )
        .execute(conn)?;
        Ok(())
    }
}
