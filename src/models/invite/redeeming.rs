//! Redeems an invite: the person joins the invite's teams, and the invite is deleted.

use diesel::prelude::*;

use super::Invite;
use crate::{
    clock::Moment,
    db::Conn,
    error::{Error, Result},
    models::{
        email::Email,
        event::Verb,
        team::{TeamRole, membership},
    },
    schema::invite_teams,
};

impl Invite {
    /// Whether it was sent to this address, in any spelling.
    pub fn is_to(&self, email: &str) -> bool {
        self.email == email || Email::parse(&self.email).is_some_and(|folded| folded.as_str() == email)
    }

    /// 422 unless the invite was sent to this address. `parameter` is the parameter that the error names.
    pub fn expect_addressee(&self, email: &str, parameter: &str) -> Result<()> {
        if self.is_to(email) {
            return Ok(());
        }
        Err(Error::invalid(parameter, "another_address", "This invite was sent to another email address"))
    }

    /// Redeems the invite for a person who is already in its workspace.
    pub fn redeem(&self, conn: &mut Conn, user_id: i64, now: Moment) -> Result<()> {
        for team_id in self.team_ids(conn)? {
            membership::insert(conn, self.workspace_id, team_id, user_id, TeamRole::Member, now)?;
        }
        self.withdraw(conn)
    }

    /// Adds a team that the person joins when they accept.
    pub(in crate::models) fn add_team(&self, conn: &mut Conn, team_id: i64) -> Result<()> {
        if self.team_ids(conn)?.contains(&team_id) {
            return Ok(());
        }
        diesel::insert_into(invite_teams::table)
            .values((
                invite_teams::workspace_id.eq(self.workspace_id),
                invite_teams::invite_id.eq(self.id),
                invite_teams::team_id.eq(team_id),
            ))
            .execute(conn)?;
        self.event(Verb::Updated).fields(["teams"]).record(conn)
    }

    /// Removes the teams of an expired invite, so that renewing it does not restore them.
    pub(super) fn delete_teams(&self, conn: &mut Conn) -> Result<()> {
        diesel::delete(
            invite_teams::table
                .filter(invite_teams::workspace_id.eq(self.workspace_id))
                .filter(invite_teams::invite_id.eq(self.id)),
        )
        .execute(conn)?;
        Ok(())
    }

    fn team_ids(&self, conn: &mut Conn) -> Result<Vec<i64>> {
        let ids = invite_teams::table
            .filter(invite_teams::workspace_id.eq(self.workspace_id))
            .filter(invite_teams::invite_id.eq(self.id))
            .order(invite_teams::team_id)
            .select(invite_teams::team_id)
            .load(conn)?;
        Ok(ids)
    }
}
