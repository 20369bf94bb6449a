//! Teams of the caller's workspace.

use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    invites::Outgoing,
    sorting::{self, Word},
    success::Success,
    team_summary::{self, TeamName, TeamSummary, TeamUser},
    workspace_summary::WorkspaceSummary,
};
use crate::{
    app::App,
    controllers::{
        answer::{self, Answer},
        api::id::Id,
        idempotency_key::{Created, IdempotencyKey, IdempotencyKeyHeader, create_once},
    },
    error::Result,
    models::{
        email::Email,
        session::Session,
        team::{
            TeamRole,
            listing::{By, Search, TeamInView},
            membership,
        },
        workspace::Workspace,
    },
    parameters::{Parameters, Query},
};

const FILTERS: [Word<bool>; 2] = [Word("user", true), Word("workspace", false)];
const SORT_TYPES: [Word<By>; 2] = [Word("created_at", By::CreatedAt), Word("name", By::Name)];

#[derive(Debug, Serialize, ToSchema)]
pub struct ListedTeam {
    #[serde(flatten)]
    summary: TeamSummary,
    user_in_team: bool,
    admin_role_for_current_user: bool,
}

impl From<TeamInView> for ListedTeam {
    fn from(seen: TeamInView) -> Self {
        Self {
            summary: TeamSummary::new(seen.team, seen.tally),
            user_in_team: seen.own_role.is_some(),
            admin_role_for_current_user: seen.own_role == Some(TeamRole::Admin),
        }
    }
}

fn read_search(query: &Query) -> Result<Search> {
    query.read(|root| Search {
        name: root.optional_string("name", 255),
        own: root.optional_one_of("filter", &FILTERS).is_none_or(|word| word.1),
        by: root.optional_one_of("sort_type", &SORT_TYPES).map_or(By::CreatedAt, |word| word.1),
        direction: sorting::direction(root),
    })
}

/// List teams
#[utoipa::path(get, path = "/api/v4/teams", tag = "teams",
    params(
        ("name" = Option<String>, Query, max_length = 255, description = "Part of a name, whatever its case"),
        ("filter" = Option<String>, Query, pattern = "^(user|workspace)?$", description = "user (default): the caller's; workspace: all"),
        ("sort_type" = Option<String>, Query, pattern = "^(created_at|name)?$", description = "created_at (default) or name"),
        ("sort_to" = Option<String>, Query, pattern = "^(asc|desc)?$", description = "asc (default) or desc"),
    ),
    responses((status = 200, body = [ListedTeam])))]
pub async fn index(session: Session, app: Data<App>, query: Query) -> Result<Answer<Vec<ListedTeam>>> {
    let search = read_search(&query)?;
    app.view(session, move |conn, viewer| {
        let teams = viewer.teams(conn, &search)?;
        Ok(answer::ok(teams.into_iter().map(ListedTeam::from).collect()))
    })
    .await
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TeamWithUsers {
    #[serde(flatten)]
    team: TeamName,
    user_in_team: bool,
    admin_role_for_current_user: bool,
    users: Vec<TeamUser>,
}

/// Show a team, who is in it and who is invited into it
#[utoipa::path(get, path = "/api/v4/teams/{id}", tag = "teams",
    params(
        ("id" = i64, Path),
        ("sort_by" = Option<String>, Query, pattern = "^(email|team_role|name)?$", description = "email, team_role or name (default)"),
        ("sort_to" = Option<String>, Query, pattern = "^(asc|desc)?$", description = "asc (default) or desc"),
    ),
    responses((status = 200, body = TeamWithUsers)))]
pub async fn show(
    session: Session,
    app: Data<App>,
    Id(id): Id,
    query: Query,
) -> Result<Answer<TeamWithUsers>> {
    let order = query.read(|root| sorting::order(root, &team_summary::SORT_BY))?;
    app.view(session, move |conn, viewer| {
        let team = viewer.team(conn, id)?;
        let own_role = membership::role(conn, viewer.workspace_id, id, viewer.user_id)?;
        Ok(answer::ok(TeamWithUsers {
            users: TeamUser::all(conn, &team, order, viewer.now)?,
            team: team.into(),
            user_in_team: own_role.is_some(),
            admin_role_for_current_user: own_role == Some(TeamRole::Admin),
        }))
    })
    .await
}

/// The body that creates a team.
#[derive(ToSchema)]
pub struct NewTeam {
    /// Who is to be in it; addresses outside the workspace are invited.
    #[schema(required = false, value_type = Vec<String>)]
    user_emails: Vec<Email>,
    team: TeamParams,
}

#[derive(ToSchema)]
pub struct TeamParams {
    #[schema(example = "Track and Field", max_length = 255)]
    name: String,
}

fn read_new(params: &Parameters) -> Result<NewTeam> {
    params.read(|root| NewTeam {
        user_emails: root.optional_strings_as("user_emails", 255, Email::parse),
        team: TeamParams { name: root.hash("team").string("name", 255) },
    })
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedTeam {
    team: TeamSummary,
    workspace: WorkspaceSummary,
}

/// Create a team
///
/// The caller administers it.
#[utoipa::path(post, path = "/api/v4/teams", params(IdempotencyKeyHeader), tag = "teams", request_body = NewTeam,
    responses((status = 201, body = CreatedTeam)))]
pub async fn create(
    session: Session,
    app: Data<App>,
    key: IdempotencyKey,
    params: Parameters,
) -> Result<Created<CreatedTeam>> {
    let NewTeam { user_emails, team } = read_new(&params)?;
    let (vault, service) = (app.vault.clone(), app.clone());
    let (once, outgoing) = create_once(
        &app,
        key,
        &params,
        move |conn| session.member(conn),
        move |conn, member| {
            let admin = member.create_team(conn, &team.name)?;
            let issued = admin.add(conn, &vault, &user_emails, "user_emails")?;
            let outgoing = Outgoing::prepare(conn, &service.settings, &issued)?;
            let workspace = Workspace::find(conn, admin.team.workspace_id)?;
            let tally = admin.team.tally(conn)?;
            let workspace = WorkspaceSummary::of(conn, workspace, session.now)?;
            let created = CreatedTeam { team: TeamSummary::new(admin.team, tally), workspace };
            Ok((answer::created(created), outgoing))
        },
    )
    .await?;
    outgoing.send(&app.mail);
    Ok(once)
}

/// The body that renames a team.
#[derive(ToSchema)]
pub struct TeamUpdate {
    team: TeamParams,
}

fn read_update(params: &Parameters) -> Result<TeamUpdate> {
    params.read(|root| TeamUpdate { team: TeamParams { name: root.hash("team").string("name", 255) } })
}

/// Rename a team
#[utoipa::path(put, path = "/api/v4/teams/{id}", tag = "teams", params(("id" = i64, Path)),
    request_body = TeamUpdate, responses((status = 200, body = TeamName)))]
pub async fn update(
    session: Session,
    app: Data<App>,
    Id(id): Id,
    params: Parameters,
) -> Result<Answer<TeamName>> {
    let TeamUpdate { team } = read_update(&params)?;
    app.db
        .write(move |conn| {
            let admin = session.member(conn)?.team_admin(conn, id)?;
            Ok(answer::ok(admin.rename(conn, &team.name)?.into()))
        })
        .await
}

/// Delete a team
///
/// Its sharing ends with it; the accounts and the people stay.
#[utoipa::path(delete, path = "/api/v4/teams/{id}", tag = "teams", params(("id" = i64, Path)),
    responses((status = 200, body = Success)))]
pub async fn destroy(session: Session, app: Data<App>, Id(id): Id) -> Result<Answer<Success>> {
    app.db
        .write(move |conn| {
            session.member(conn)?.team_admin(conn, id)?.delete(conn)?;
            Ok(answer::ok(Success::TRUE))
        })
        .await
}
