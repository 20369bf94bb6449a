//! A team: people of one workspace, and the accounts shared with them. Team admins and workspace admins may change it.

pub mod listing;
pub mod membership;

use diesel::prelude::*;
use strum::{AsRefStr, IntoStaticStr};

use crate::{
    clock::Moment,
    db::{Conn, MultiBackend},
    error::{Error, Result},
    models::{
        email::Email,
        event::{Event, Verb, object},
        invite::{Addressee, IssuedInvite, inviting, load_addressees},
        session::Member,
        vault::Vault,
    },
    prepared,
    schema::teams,
};

const ONLY_TEAM_ADMINS: &str = "Only team admins and workspace admins can change a team";
const LAST_ADMIN: &str = "A team needs an admin. Make someone else an admin of it first.";

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
pub struct Team {
    pub id: i64,
    pub workspace_id: i64,
    pub name: String,
    pub created_at: Moment,
}

pub type Columns = <Team as Selectable<MultiBackend>>::SelectExpression;

impl Team {
    pub fn columns() -> Columns {
        <Self as Selectable<MultiBackend>>::construct_selection()
    }

    fn event(&self, verb: Verb) -> Event {
        Event::new(verb, object::TEAM, self.workspace_id, &self.id).label(&self.name)
    }
}

/// A member who may change this team.
#[derive(Debug, Clone)]
pub struct TeamAdmin {
    pub member: Member,
    pub team: Team,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, AsRefStr, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum TeamRole {
    Admin,
    Member,
}

impl TeamRole {
    pub const ALL: [Self; 2] = [Self::Member, Self::Admin];

    /// The name in the database and in V4.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Converts the stored name. A CHECK allows no other name; an unknown name would give the weaker role.
    pub fn stored(name: &str) -> Self {
        Self::ALL.into_iter().find(|role| role.name() == name).unwrap_or(Self::Member)
    }
}

impl Member {
    /// Creates a team. This member becomes its admin.
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
        team.event(Verb::Created).record(conn)?;
        membership::insert(conn, team.workspace_id, team.id, self.user_id, TeamRole::Admin, self.now)?;
        Ok(TeamAdmin { member: self, team })
    }

    /// This member as an admin of a team; 403 if they are an admin neither of the team nor of the workspace.
    pub fn team_admin(self, conn: &mut Conn, team_id: i64) -> Result<TeamAdmin> {
        let team = self.team(conn, team_id)?;
        let may = self.is_admin()
            || membership::role(conn, self.workspace_id, team_id, self.user_id)? == Some(TeamRole::Admin);
        if may { Ok(TeamAdmin { member: self, team }) } else { Err(Error::Forbidden(ONLY_TEAM_ADMINS)) }
    }

    /// Removes a person from a team. A member may remove themselves; a team admin may remove anyone.
    pub fn remove_from_team(self, conn: &mut Conn, team_id: i64, user_id: i64) -> Result<()> {
        let workspace_id = self.workspace_id;
        if user_id == self.user_id {
            self.team(conn, team_id)?;
        } else {
            self.team_admin(conn, team_id)?;
        }
        match membership::delete(conn, workspace_id, team_id, user_id)? {
            0 => Err(Error::NotFound),
            _ => Ok(()),
        }
    }
}

impl TeamAdmin {
    pub fn rename(&self, conn: &mut Conn, name: &str) -> Result<Team> {
        let renamed: Team = prepared!(
            diesel::update(
                teams::table
                    .filter(teams::workspace_id.eq(self.team.workspace_id))
                    .filter(teams::id.eq(self.team.id)),
            )
            .set((teams::name.eq(name), teams::updated_at.eq(self.member.now)))
            .returning(Team::columns())
        )
        .get_result(conn)?;
        renamed.event(Verb::Updated).fields(["name"]).record(conn)?;
        Ok(renamed)
    }

    /// Deletes the team and its shares. The accounts and the people stay.
    pub fn delete(&self, conn: &mut Conn) -> Result<()> {
        diesel::delete(
            teams::table
                .filter(teams::workspace_id.eq(self.team.workspace_id))
                .filter(teams::id.eq(self.team.id)),
        )
        .execute(conn)?;
        self.team.event(Verb::Deleted).record(conn)
    }

    /// Adds people of the workspace, and invites the others, who join the team when they accept. People already in the
    /// team keep their role. A pending invite gets this team, too, and stays valid; but an admin renews one that another
    /// member sent, because without mail that member has its link, and the link now opens this team.
    pub fn add(
        &self,
        conn: &mut Conn,
        vault: &Vault,
        emails: &[Email],
        parameter: &str,
    ) -> Result<Vec<IssuedInvite>> {
        let addressees = load_addressees(conn, &self.member, emails)?;
        inviting::expect_room(conn, &self.member, &addressees, parameter)?;
        let mut issued = Vec::new();
        for (email, addressee) in addressees {
            let former = match addressee {
                Addressee::Member(user_id) => {
                    self.insert(conn, user_id)?;
                    continue;
                }
                Addressee::Pending(invite) if !invite.is_taken_over_by(conn, &self.member)? => {
                    invite.add_team(conn, self.team.id)?;
                    continue;
                }
                Addressee::Pending(invite) => Some(invite),
                Addressee::Outside(former) => former,
            };
            let invited = inviting::issue(conn, vault, &self.member, &email, former.as_ref(), None)?;
            invited.invite.add_team(conn, self.team.id)?;
            issued.push(invited);
        }
        Ok(issued)
    }

    /// Changes a person's role in the team; 422 if the team would have no admin. `parameter` is the parameter with the
    /// role.
    pub fn change_role(&self, conn: &mut Conn, user_id: i64, to: TeamRole, parameter: &str) -> Result<()> {
        let (workspace_id, team_id) = (self.team.workspace_id, self.team.id);
        let from = membership::role(conn, workspace_id, team_id, user_id)?.ok_or(Error::NotFound)?;
        if from == to {
            return Ok(());
        }
        membership::set_role(conn, workspace_id, team_id, user_id, to)?;
        if from == TeamRole::Admin && !membership::has_admin(conn, workspace_id, team_id)? {
            return Err(Error::invalid(parameter, "last_admin", LAST_ADMIN));
        }
        Ok(())
    }

    fn insert(&self, conn: &mut Conn, user_id: i64) -> Result<()> {
        let (workspace_id, team_id) = (self.team.workspace_id, self.team.id);
        membership::insert(conn, workspace_id, team_id, user_id, TeamRole::Member, self.member.now)
    }
}
