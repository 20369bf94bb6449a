//! `/team_users`: adds people to a team, changes their roles and removes them. Gipper sends the person's id in the
//! body, Rails in the path; the path takes precedence.

use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    invites::{self, Link},
    sorting::{self, Directions, TeamUserOrders},
    success::Success,
    team_summary::{TeamSummary, TeamUser},
    workspace_summary::WorkspaceSummary,
};
use crate::{
    app::App,
    controllers::answer::{self, Answer},
    error::Result,
    models::{email::Email, session::Session, team::TeamRole, workspace::Workspace},
    parameters::{Body, BodyOrQuery, Choices, OneOf, parameters},
};

parameters! {
    /// The body that adds people to a team.
    pub struct NewTeamUsers {
        team_id: i64,
        /// Addresses of people outside the workspace are invited.
        user_emails: Vec<Email>,
        /// `email`, `team_role` or `name` (default).
        sort_by: Option<OneOf<TeamUserOrders>>,
        /// `asc` (default) or `desc`.
        sort_to: Option<OneOf<Directions>>,
    }
}

/// A team after people were added to it, and the workspace.
#[derive(Serialize, ToSchema)]
pub struct FilledTeam {
    team: TeamSummaryWithUsers,
    workspace: WorkspaceSummary,
    /// The new links of pending invites whose old links have stopped working, only if the service sends no mail: an admin
    /// has added this team to an invite that a member sent. Absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    links: Option<Vec<Link>>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TeamSummaryWithUsers {
    #[serde(flatten)]
    summary: TeamSummary,
    users: Vec<TeamUser>,
}

pub async fn create(
    session: Session,
    app: Data<App>,
    body: Body<NewTeamUsers>,
) -> Result<Answer<FilledTeam>> {
    let NewTeamUsers { team_id, user_emails, sort_by, sort_to } = body.parameters;
    let order = sorting::order(sort_by, sort_to);
    let service = app.clone();
    let filled = app
        .db
        .in_workspace(session.first_lock())
        .write_many(user_emails.len(), move |conn| {
            let admin = session.member(conn)?.team_admin(conn, team_id)?;
            let issued = admin.add(conn, &service.vault(), &user_emails, "user_emails")?;
            let links = invites::send_for_team(conn, &service, &admin.member, &issued)?;
            let workspace = Workspace::find(conn, admin.team.workspace_id)?;
            let users = TeamUser::load_all(conn, &admin.team, order, session.now)?;
            let tally = admin.team.tally(conn)?;
            let workspace = WorkspaceSummary::load(conn, workspace, &admin.member)?;
            let team = TeamSummaryWithUsers { summary: TeamSummary::new(admin.team, tally), users };
            Ok(FilledTeam { team, workspace, links })
        })
        .await?;
    Ok(answer::created(filled))
}

parameters! {
    /// The body that changes a person's role in a team.
    pub struct TeamUserUpdate {
        team_id: i64,
        /// The id of the person.
        id: i64,
        role: OneOf<TeamRole>,
    }

    /// The body that removes a person from a team.
    pub struct TeamUserRemoval {
        team_id: i64,
        /// The id of the person.
        id: i64,
    }
}

impl Choices for TeamRole {
    type Value = Self;
    const ALL: &'static [Self] = &Self::ALL;
}

pub async fn update(session: Session, app: Data<App>, body: Body<TeamUserUpdate>) -> Result<Answer<Success>> {
    let TeamUserUpdate { team_id, id, role } = body.parameters;
    app.db
        .in_workspace(session.first_lock())
        .write(move |conn| {
            session.member(conn)?.team_admin(conn, team_id)?.change_role(conn, id, role, "role")?;
            Ok(answer::ok(Success::TRUE))
        })
        .await
}

pub async fn destroy(
    session: Session,
    app: Data<App>,
    BodyOrQuery(TeamUserRemoval { team_id, id }): BodyOrQuery<TeamUserRemoval>,
) -> Result<Answer<Success>> {
    app.db
        .in_workspace(session.first_lock())
        .write(move |conn| {
            session.member(conn)?.remove_from_team(conn, team_id, id)?;
            Ok(answer::ok(Success::TRUE))
        })
        .await
}
