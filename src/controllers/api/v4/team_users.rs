//! Who is in a team. Gipper names the person in the body, Rails in the path: both are read, and the path wins.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};

use super::{
    invites::Outgoing,
    sorting,
    success::Success,
    team_summary::{self, TeamSummary, TeamUser},
    workspace_summary::WorkspaceSummary,
};
use crate::{
    app::App,
    controllers::{
        answer::{self, Answer},
        api::id::Id,
        openapi,
    },
    error::{Error, Result},
    models::{
        email::Email,
        session::Session,
        team::TeamRole,
        workspace::{Workspace, roll::Order},
    },
    parameters::{Hash, Parameters, Query},
};

/// The person a path names, if it names one.
pub struct InPath(Option<i64>);

impl FromRequest for InPath {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if request.match_info().get("id").is_none() {
            return ready(Ok(Self(None)));
        }
        ready(Id::from_request(request, payload).into_inner().map(|Id(id)| Self(Some(id))))
    }
}

impl InPath {
    fn or_read(&self, root: &Hash<'_>) -> i64 {
        self.0.unwrap_or_else(|| root.integer("id"))
    }
}

/// The body that adds people to a team.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by name, this describes it")]
pub struct NewTeamUsers {
    team_id: i64,
    /// Addresses outside the workspace are invited.
    #[schema(min_items = 1)]
    user_emails: Vec<String>,
    /// `email`, `team_role` or `name` (default).
    #[schema(pattern = "^(email|team_role|name)?$")]
    sort_by: Option<String>,
    /// `asc` (default) or `desc`.
    #[schema(pattern = "^(asc|desc)?$")]
    sort_to: Option<String>,
}

fn read_new(params: &Parameters) -> Result<(i64, Vec<Email>, Order)> {
    params.read(|root| {
        let team_id = root.integer("team_id");
        let user_emails = root.strings_as("user_emails", 255, Email::parse);
        (team_id, user_emails, sorting::order(root, &team_summary::SORT_BY))
    })
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FilledTeam {
    team: TeamSummaryWithUsers,
    workspace: WorkspaceSummary,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TeamSummaryWithUsers {
    #[serde(flatten)]
    summary: TeamSummary,
    users: Vec<TeamUser>,
}

/// Add people to a team
///
/// Who is in it already stays as they are.
#[utoipa::path(post, path = "/api/v4/team_users", tag = "teams", request_body = NewTeamUsers,
    responses((status = 201, body = FilledTeam)))]
pub async fn create(session: Session, app: Data<App>, params: Parameters) -> Result<Answer<FilledTeam>> {
    let (team_id, user_emails, order) = read_new(&params)?;
    let (vault, service) = (app.vault.clone(), app.clone());
    let (filled, outgoing) = app
        .db
        .write(move |conn| {
            let admin = session.member(conn)?.team_admin(conn, team_id)?;
            let issued = admin.add(conn, &vault, &user_emails, "user_emails")?;
            let outgoing = Outgoing::prepare(conn, &service.settings, &issued)?;
            let workspace = Workspace::find(conn, admin.team.workspace_id)?;
            let users = TeamUser::all(conn, &admin.team, order, session.now)?;
            let tally = admin.team.tally(conn)?;
            let team = TeamSummaryWithUsers { summary: TeamSummary::new(admin.team, tally), users };
            Ok((
                FilledTeam { team, workspace: WorkspaceSummary::of(conn, workspace, session.now)? },
                outgoing,
            ))
        })
        .await?;
    outgoing.send(&app.mail);
    Ok(answer::created(filled))
}

/// The body that changes somebody's role in a team.
#[derive(ToSchema)]
pub struct TeamUserUpdate {
    team_id: i64,
    /// The person's.
    id: i64,
    #[schema(schema_with = roles)]
    role: TeamRole,
}

fn roles() -> Object {
    openapi::one_of(&TeamRole::ALL)
}

fn read_update(params: &Parameters, in_path: &InPath) -> Result<TeamUserUpdate> {
    params.read(|root| TeamUserUpdate {
        team_id: root.integer("team_id"),
        id: in_path.or_read(root),
        role: root.one_of("role", &TeamRole::ALL),
    })
}

/// Change somebody's role in a team
#[utoipa::path(put, path = "/api/v4/team_users", tag = "teams", request_body = TeamUserUpdate,
    responses((status = 200, body = Success)))]
pub async fn update(
    session: Session,
    app: Data<App>,
    in_path: InPath,
    params: Parameters,
) -> Result<Answer<Success>> {
    let TeamUserUpdate { team_id, id, role } = read_update(&params, &in_path)?;
    app.db
        .write(move |conn| {
            session.member(conn)?.team_admin(conn, team_id)?.change_role(conn, id, role, "role")?;
            Ok(answer::ok(Success::TRUE))
        })
        .await
}

/// The body that takes somebody out of a team.
#[derive(ToSchema)]
pub struct TeamUserRemoval {
    team_id: i64,
    /// The person's.
    id: i64,
}

fn read_removal(params: &Parameters, query: &Query, in_path: &InPath) -> Result<TeamUserRemoval> {
    let removal =
        |root: &Hash<'_>| TeamUserRemoval { team_id: root.integer("team_id"), id: in_path.or_read(root) };
    let names_nothing = params
        .read(|root| root.optional_integer("team_id").is_none() && root.optional_integer("id").is_none());
    if matches!(names_nothing, Ok(true)) { query.read(removal) } else { params.read(removal) }
}

/// Take somebody out of a team
///
/// Anybody may take themselves out. Where the body names nothing, the query is read.
#[utoipa::path(delete, path = "/api/v4/team_users", tag = "teams", request_body = TeamUserRemoval,
    params(("team_id" = Option<i64>, Query, minimum = 1), ("id" = Option<i64>, Query, minimum = 1)),
    responses((status = 200, body = Success)))]
pub async fn destroy(
    session: Session,
    app: Data<App>,
    in_path: InPath,
    query: Query,
    params: Parameters,
) -> Result<Answer<Success>> {
    let TeamUserRemoval { team_id, id } = read_removal(&params, &query, &in_path)?;
    app.db
        .write(move |conn| {
            session.member(conn)?.remove_from_team(conn, team_id, id)?;
            Ok(answer::ok(Success::TRUE))
        })
        .await
}
