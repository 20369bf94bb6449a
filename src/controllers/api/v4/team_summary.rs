//! A team in JSON, as several responses show it: its name, its counts and its people.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    clock::Moment,
    db::Conn,
    error::Result,
    models::{
        social_account::detailed::SharingTeam,
        team::{Team, TeamRole, listing::RoleCounts},
        workspace::directory::{Entry, Order, Search},
    },
};

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TeamName {
    id: i64,
    #[schema(example = "Track and Field")]
    name: String,
}

/// A team with the number of its people.
#[derive(Debug, Serialize, ToSchema)]
pub struct TeamSummary {
    id: i64,
    #[schema(example = "Track and Field")]
    name: String,
    /// The number of people in the team with the role member.
    member_roles_count: i64,
    /// The number of people in the team with the role admin.
    admin_roles_count: i64,
}

/// A person in the team, or an invite into it.
#[derive(Debug, Serialize, ToSchema)]
pub struct TeamUser {
    /// Null for an invite.
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

impl From<SharingTeam> for TeamName {
    fn from(SharingTeam { id, name }: SharingTeam) -> Self {
        Self { id, name }
    }
}

impl From<Team> for TeamName {
    fn from(team: Team) -> Self {
        Self { id: team.id, name: team.name }
    }
}

impl TeamSummary {
    pub fn new(team: Team, tally: RoleCounts) -> Self {
        Self {
            id: team.id,
            name: team.name,
            member_roles_count: tally.members,
            admin_roles_count: tally.admins,
        }
    }
}

impl TeamUser {
    /// The people in the team and the pending invites into it, sorted.
    pub fn load_all(conn: &mut Conn, team: &Team, order: Order, now: Moment) -> Result<Vec<Self>> {
        let listed = team.directory(conn, &Search::all(order), now)?;
        Ok(listed.rows.into_iter().map(Self::from).collect())
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
