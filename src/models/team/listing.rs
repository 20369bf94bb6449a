//! Listing teams. Names are searched and sorted here rather than by the database: each folds letters in its own way.

use std::collections::HashMap;

use diesel::prelude::*;
use unicode_normalization::UnicodeNormalization as _;

use super::{Team, TeamRole};
use crate::{
    db::Conn,
    error::{Error, Result},
    models::{session::Viewer, workspace::roll::Direction},
    schema::{team_memberships, teams},
};

/// A team, how many are in it in which role, and what the viewer is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamInView {
    pub team: Team,
    pub tally: Tally,
    pub own_role: Option<TeamRole>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub members: i64,
    pub admins: i64,
}

/// Which teams, in which order.
#[derive(Debug, Clone)]
pub struct Search {
    /// Part of a name, whatever its case.
    pub name: Option<String>,
    /// Only those the viewer is in.
    pub own: bool,
    pub by: By,
    pub direction: Direction,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
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
        let part = search.name.as_deref().map(folded);
        let mut listed: Vec<TeamInView> = teams
            .into_iter()
            .map(|team| TeamInView {
                tally: tallies.remove(&team.id).unwrap_or_default(),
                own_role: own_roles.get(&team.id).copied(),
                team,
            })
            .filter(|listed| !search.own || listed.own_role.is_some())
            .filter(|listed| part.as_ref().is_none_or(|part| folded(&listed.team.name).contains(part)))
            .collect();
        listed.sort_by(|one, other| {
            let wanted = match search.by {
                By::CreatedAt => {
                    (one.team.created_at, one.team.id).cmp(&(other.team.created_at, other.team.id))
                }
                By::Name => folded(&one.team.name).cmp(&folded(&other.team.name)),
            };
            search.direction.of(wanted).then(one.team.id.cmp(&other.team.id))
        });
        Ok(listed)
    }

    /// Any team of the viewer's workspace.
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

fn tallies(conn: &mut Conn, workspace_id: i64) -> Result<HashMap<i64, Tally>> {
    let counted: Vec<(i64, String, i64)> = team_memberships::table
        .filter(team_memberships::workspace_id.eq(workspace_id))
        .group_by((team_memberships::team_id, team_memberships::role))
        .select((team_memberships::team_id, team_memberships::role, diesel::dsl::count_star()))
        .load(conn)?;
    let mut tallies: HashMap<i64, Tally> = HashMap::new();
    for (team_id, role, count) in counted {
        let tally = tallies.entry(team_id).or_default();
        match TeamRole::stored(&role) {
            TeamRole::Admin => tally.admins = count,
            TeamRole::Member => tally.members = count,
        }
    }
    Ok(tallies)
}

fn folded(name: &str) -> String {
    name.nfc().collect::<String>().to_lowercase()
}
