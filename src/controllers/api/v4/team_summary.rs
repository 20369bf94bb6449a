//! A team as several answers show it: its name and how many are in it, and those who are.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    clock::Moment,
    db::Conn,
    error::Result,
    models::{
        team::{Team, TeamRole, listing::Tally},
        workspace::roll::{Entry, Order},
    },
};

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TeamName {
    id: i64,
    #[schema(example = "Track and Field")]
    name: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TeamSummary {
    id: i64,
    #[schema(example = "Track and Field")]
    name: String,
    /// How many are in it as members.
    member_roles_count: i64,
    /// How many are in it as admins.
    admin_roles_count: i64,
}

/// Somebody in the team, or invited into it.
#[derive(Debug, Serialize, ToSchema)]
pub struct TeamUser {
    /// Null while they are invited.
    id: Option<i64>,
    #[schema(example = "mia@example.com")]
    email: String,
    #[schema(example = "Mia Miles")]
    user_full_name: String,
    avatar_image: Option<String>,
    invited: bool,
    #[schema(example = "member")]
    team_role_name: &'static str,
}

impl From<(i64, String)> for TeamName {
    fn from((id, name): (i64, String)) -> Self {
        Self { id, name }
    }
}

impl From<Team> for TeamName {
    fn from(team: Team) -> Self {
        Self { id: team.id, name: team.name }
    }
}

impl TeamSummary {
    pub fn new(team: Team, tally: Tally) -> Self {
        Self {
            id: team.id,
            name: team.name,
            member_roles_count: tally.members,
            admin_roles_count: tally.admins,
        }
    }
}

impl TeamUser {
    pub fn all(conn: &mut Conn, team: &Team, order: Order, now: Moment) -> Result<Vec<Self>> {
        let mut roll = team.roll(conn, now)?;
        order.sort(&mut roll, TeamRole::rank);
        Ok(roll.into_iter().map(Self::from).collect())
    }
}

impl From<Entry<TeamRole>> for TeamUser {
    fn from(entry: Entry<TeamRole>) -> Self {
        Self {
            id: entry.user_id,
            email: entry.email,
            user_full_name: entry.full_name,
            avatar_image: entry.avatar_image,
            invited: entry.invite_id.is_some(),
            team_role_name: entry.role.name(),
        }
    }
}
