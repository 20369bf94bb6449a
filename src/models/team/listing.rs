//! Lists teams and the people in one. Names are searched and sorted here, because the two databases fold case
//! differently.

use std::collections::HashMap;

use diesel::prelude::*;
use unicode_normalization::UnicodeNormalization as _;

use super::{Team, TeamRole};
use crate::{
    clock::Moment,
    db::Conn,
    error::{Error, Result},
    models::{
        session::Viewer,
        user::User,
        workspace::directory::{Direction, Entry},
    },
    schema::{invite_teams, invites, team_memberships, teams, users},
};

/// A team with the number of its people and the viewer's own role in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamInView {
    pub team: Team,
    pub tally: RoleCounts,
    pub own_role: Option<TeamRole>,
}

/// How many people of each role are in a team.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RoleCounts {
    pub members: i64,
    pub admins: i64,
}

#[derive(Debug, Clone)]
pub struct Search {
    /// A part of the name; case is ignored.
    pub name: Option<String>,
    /// Only the viewer's own teams.
    pub own: bool,
    pub by: SortBy,
    pub direction: Direction,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortBy {
    CreatedAt,
    Name,
}

impl Viewer {
    pub fn is_in_a_team(&self, conn: &mut Conn) -> Result<bool> {
        let own = team_memberships::table
            .filter(team_memberships::workspace_id.eq(self.workspace_id))
            .filter(team_memberships::user_id.eq(self.user_id));
        Ok(diesel::select(diesel::dsl::exists(own)).get_result(conn)?)
    }

    pub fn teams(&self, conn: &mut Conn, search: &Search) -> Result<Vec<TeamInView>> {
        let teams: Vec<Team> = teams::table
            .filter(teams::workspace_id.eq(self.workspace_id))
            .order((teams::created_at, teams::id))
            .select(Team::columns())
            .load(conn)?;
        let mut tallies = tallies(conn, self.workspace_id)?;
        let own_roles = self.team_roles(conn)?;
        let part = search.name.as_deref().map(fold_case);
        let mut listed: Vec<TeamInView> = teams
            .into_iter()
            .map(|team| TeamInView {
                tally: tallies.remove(&team.id).unwrap_or_default(),
                own_role: own_roles.get(&team.id).copied(),
                team,
            })
            .filter(|listed| !search.own || listed.own_role.is_some())
            .filter(|listed| part.as_ref().is_none_or(|part| fold_case(&listed.team.name).contains(part)))
            .collect();
        listed.sort_by(|one, other| {
            let wanted = match search.by {
                SortBy::CreatedAt => {
                    (one.team.created_at, one.team.id).cmp(&(other.team.created_at, other.team.id))
                }
                SortBy::Name => fold_case(&one.team.name).cmp(&fold_case(&other.team.name)),
            };
            search.direction.apply(wanted).then(one.team.id.cmp(&other.team.id))
        });
        Ok(listed)
    }

    /// Finds any team of the viewer's workspace.
    pub fn team(&self, conn: &mut Conn, id: i64) -> Result<Team> {
        teams::table
            .filter(teams::workspace_id.eq(self.workspace_id))
            .filter(teams::id.eq(id))
            .select(Team::columns())
            .first(conn)
            .optional()?
            .ok_or(Error::NotFound)
    }

    fn team_roles(&self, conn: &mut Conn) -> Result<HashMap<i64, TeamRole>> {
        let roles: Vec<(i64, String)> = team_memberships::table
            .filter(team_memberships::workspace_id.eq(self.workspace_id))
            .filter(team_memberships::user_id.eq(self.user_id))
            .select((team_memberships::team_id, team_memberships::role))
            .load(conn)?;
        Ok(roles.into_iter().map(|(team_id, role)| (team_id, TeamRole::stored(&role))).collect())
    }
}

impl Team {
    /// The people in the team, then the pending invites into it.
    pub fn directory(&self, conn: &mut Conn, now: Moment) -> Result<Vec<Entry<TeamRole>>> {
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
        let invited =
            invited.into_iter().map(|(id, email): (_, String)| Entry::invited(id, &email, TeamRole::Member));
        Ok(people.chain(invited).collect())
    }

    pub fn tally(&self, conn: &mut Conn) -> Result<RoleCounts> {
        let count = |conn: &mut Conn, role: TeamRole| {
            team_memberships::table
                .filter(team_memberships::workspace_id.eq(self.workspace_id))
                .filter(team_memberships::team_id.eq(self.id))
                .filter(team_memberships::role.eq(role.name()))
                .count()
                .get_result(conn)
        };
        Ok(RoleCounts { members: count(conn, TeamRole::Member)?, admins: count(conn, TeamRole::Admin)? })
    }
}

fn tallies(conn: &mut Conn, workspace_id: i64) -> Result<HashMap<i64, RoleCounts>> {
    let counted: Vec<(i64, String, i64)> = team_memberships::table
        .filter(team_memberships::workspace_id.eq(workspace_id))
        .group_by((team_memberships::team_id, team_memberships::role))
        .select((team_memberships::team_id, team_memberships::role, diesel::dsl::count_star()))
        .load(conn)?;
    let mut tallies: HashMap<i64, RoleCounts> = HashMap::new();
    for (team_id, role, count) in counted {
        let tally = tallies.entry(team_id).or_default();
        match TeamRole::stored(&role) {
            TeamRole::Admin => tally.admins = count,
            TeamRole::Member => tally.members = count,
        }
    }
    Ok(tallies)
}

fn fold_case(name: &str) -> String {
    name.nfc().collect::<String>().to_lowercase()
}
