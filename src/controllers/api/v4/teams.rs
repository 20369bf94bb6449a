//! `/teams`: the teams of the caller's workspace.

use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    invites::{self, Link},
    meta::{Meta, meta_of_page, page_if_asked},
    sorting::{self, Choice, Directions, TeamUserOrders},
    success::Success,
    team_summary::{TeamName, TeamSummary, TeamUser},
    workspace_summary::WorkspaceSummary,
};
use crate::{
    app::App,
    controllers::{
        answer::{self, Answer},
        api::id::Id,
        idempotency_key::{Created, IdempotencyKey, create_many_once},
    },
    error::Result,
    models::{
        email::Email,
        page::Page,
        session::Session,
        team::{
            TeamRole,
            listing::{Search, SortBy, TeamInView},
            membership,
        },
        workspace::{Workspace, directory},
    },
    parameters::{Body, Choices, OneOf, Query, Text, parameters},
};

/// Teams of the workspace.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedTeams(Vec<ListedTeam>);

/// A team and the caller's role in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedTeam {
    #[serde(flatten)]
    summary: TeamSummary,
    user_in_team: bool,
    admin_role_for_current_user: bool,
}

impl From<TeamInView> for ListedTeam {
    fn from(listed: TeamInView) -> Self {
        Self {
            summary: TeamSummary::new(listed.team, listed.tally),
            user_in_team: listed.own_role.is_some(),
            admin_role_for_current_user: listed.own_role == Some(TeamRole::Admin),
        }
    }
}

parameters! {
    /// Which teams are listed, and their order.
    pub struct TeamSearch {
        /// A part of the name, in any case.
        name: Option<Text<255>>,
        /// `user` (default): the caller's teams; `workspace`: all teams.
        filter: Option<OneOf<Filters>>,
        /// `created_at` (default) or `name`.
        sort_type: Option<OneOf<Orders>>,
        /// `asc` (default) or `desc`.
        sort_to: Option<OneOf<Directions>>,
        /// The number of the page, from 1; a page has 25 teams, so a shorter one is the last. Absent: all teams.
        #[schema(example = 1)]
        page: Option<Page>,
    }
}

/// The values of `filter`; true if only the caller's teams are listed.
pub struct Filters;

impl Choices for Filters {
    type Value = Choice<bool>;
    const ALL: &'static [Choice<bool>] = &[Choice("user", true), Choice("workspace", false)];
}

/// The values of `sort_type`.
pub struct Orders;

impl Choices for Orders {
    type Value = Choice<SortBy>;
    const ALL: &'static [Choice<SortBy>] =
        &[Choice("created_at", SortBy::CreatedAt), Choice("name", SortBy::Name)];
}

pub async fn index(
    session: Session,
    app: Data<App>,
    Query(TeamSearch { name, filter, sort_type, sort_to, page }): Query<TeamSearch>,
) -> Result<Answer<ListedTeams>> {
    let search = Search {
        name,
        own: filter.is_none_or(|Choice(_, own)| own),
        by: sort_type.map_or(SortBy::CreatedAt, |Choice(_, by)| by),
        direction: sorting::direction(sort_to),
        page,
    };
    app.view(session, move |conn, viewer| {
        let teams = viewer.teams(conn, &search)?;
        Ok(answer::ok(ListedTeams(teams.into_iter().map(ListedTeam::from).collect())))
    })
    .await
}

parameters! {
    /// Which people and invites of a team are listed, and their order.
    pub struct TeamUserSearch {
        /// `email`, `team_role` or `name` (default).
        sort_by: Option<OneOf<TeamUserOrders>>,
        /// `asc` (default) or `desc`.
        sort_to: Option<OneOf<Directions>>,
        /// The number of the page, from 1; a page has 25 entries. Absent: all entries, or the first page if there is a `name`.
        #[schema(example = 1)]
        page: Option<Page>,
        /// A part of the name or the address, in any case.
        name: Option<Text<255>>,
    }
}

/// A team, the caller's role in it, and its people.
#[derive(Debug, Serialize, ToSchema)]
pub struct TeamWithUsers {
    #[serde(flatten)]
    team: TeamName,
    user_in_team: bool,
    admin_role_for_current_user: bool,
    users: Vec<TeamUser>,
    /// About the people and invites, if they are answered in pages. Absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    meta: Option<Meta>,
}

pub async fn show(
    session: Session,
    app: Data<App>,
    Id(id): Id,
    Query(TeamUserSearch { sort_by, sort_to, page, name }): Query<TeamUserSearch>,
) -> Result<Answer<TeamWithUsers>> {
    let page = page_if_asked(page, name.as_ref());
    let search = directory::Search { order: sorting::order(sort_by, sort_to), name, invited: None, page };
    app.view(session, move |conn, viewer| {
        let team = viewer.team(conn, id)?;
        let own_role = membership::role(conn, viewer.workspace_id, id, viewer.user_id)?;
        let listed = team.directory(conn, &search, viewer.now)?;
        Ok(answer::ok(TeamWithUsers {
            team: team.into(),
            user_in_team: own_role.is_some(),
            admin_role_for_current_user: own_role == Some(TeamRole::Admin),
            users: listed.rows.into_iter().map(TeamUser::from).collect(),
            meta: meta_of_page(page, listed.total_count),
        }))
    })
    .await
}

parameters! {
    /// The body that creates a team.
    pub struct NewTeam {
        /// The people to add; addresses of people outside the workspace are invited.
        user_emails: Option<Vec<Email>>,
        team: TeamParams,
    }

    /// The body that renames a team.
    pub struct TeamUpdate {
        team: TeamParams,
    }

    pub struct TeamParams {
        #[schema(example = "Track and Field")]
        name: Text<255>,
    }
}

/// The new team, and the workspace.
#[derive(Serialize, ToSchema)]
pub struct CreatedTeam {
    team: TeamSummary,
    workspace: WorkspaceSummary,
    /// The new links of pending invites whose old links have stopped working, only if the service sends no mail: an admin
    /// has added this team to an invite that a member sent. Absent otherwise, and in a
    /// repeat with the same `Idempotency-Key`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    links: Option<Vec<Link>>,
}

pub async fn create(
    session: Session,
    app: Data<App>,
    key: IdempotencyKey,
    body: Body<NewTeam>,
) -> Result<Created<CreatedTeam>> {
    let NewTeam { user_emails, team } = body.parameters;
    let user_emails = user_emails.unwrap_or_default();
    let service = app.clone();
    let (created, links) = create_many_once(
        &app,
        &session,
        key,
        &body.sent,
        user_emails.len(),
        move |conn| session.member(conn),
        move |conn, member| {
            let admin = member.create_team(conn, &team.name)?;
            let issued = admin.add(conn, &service.vault(), &user_emails, "user_emails")?;
            let links = invites::send_for_team(conn, &service, &admin.member, &issued)?;
            let workspace = Workspace::find(conn, admin.team.workspace_id)?;
            let tally = admin.team.tally(conn)?;
            let workspace = WorkspaceSummary::load(conn, workspace, &admin.member)?;
            let team = TeamSummary::new(admin.team, tally);
            Ok((answer::created(CreatedTeam { team, workspace, links: None }), links))
        },
    )
    .await?;
    Ok(created.map_new(|created| CreatedTeam { links, ..created }))
}

pub async fn update(
    session: Session,
    app: Data<App>,
    Id(id): Id,
    body: Body<TeamUpdate>,
) -> Result<Answer<TeamName>> {
    app.db
        .in_workspace(session.first_lock())
        .write(move |conn| {
            let admin = session.member(conn)?.team_admin(conn, id)?;
            Ok(answer::ok(admin.rename(conn, &body.team.name)?.into()))
        })
        .await
}

pub async fn destroy(session: Session, app: Data<App>, Id(id): Id) -> Result<Answer<Success>> {
    app.db
        .in_workspace(session.first_lock())
        .write_long(move |conn| {
            session.member(conn)?.team_admin(conn, id)?.delete(conn)?;
            Ok(answer::ok(Success::TRUE))
        })
        .await
}
