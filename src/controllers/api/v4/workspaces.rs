//! `/workspaces`: shows and changes the caller's workspace.

pub mod accounts;

use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    meta::{Meta, meta_of_page, page_if_asked},
    sorting::{self, Directions, WorkspaceUserOrders},
    workspace_role::WorkspaceRole,
    workspace_summary::WorkspaceSummary,
};
use crate::{
    app::App,
    controllers::answer::{self, Answer},
    error::Result,
    models::{
        page::Page,
        role::Role,
        session::{Session, Viewer},
        workspace::{
            Workspace,
            directory::{Entry, Search},
            organization_type::OrganizationType,
            updating::Changes,
        },
    },
    parameters::{Body, Choices, OneOf, Query, Text, TextOrEmpty, parameters},
};

const ONLY_ADMINS_CHANGE_WORKSPACE: &str = "Only workspace admins can change the workspace";

/// The workspace, its people and invites, and the roles that people can have.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkspaceWithUsers {
    #[serde(flatten)]
    summary: WorkspaceSummary,
    workspace_users: Vec<WorkspaceUser>,
    workspace_roles: Vec<WorkspaceRole>,
    /// About the people and invites, if they are answered in pages. Absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    meta: Option<Meta>,
}

/// A person in the workspace, or an invite into it.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkspaceUser {
    /// Null for an invite.
    id: Option<i64>,
    #[schema(example = "mia@example.com")]
    email: String,
    #[schema(example = "Mia Miles")]
    user_full_name: String,
    invited: bool,
    invite_id: Option<i64>,
    #[schema(example = "member")]
    workspace_role_name: &'static str,
    avatar_image: Option<String>,
    /// Whether the caller may change or remove this entry.
    touch_admin: bool,
}

impl WorkspaceUser {
    fn new(entry: Entry<Role>, viewer: &Viewer) -> Self {
        Self {
            id: entry.user_id,
            email: entry.email,
            user_full_name: entry.full_name,
            invited: entry.invite_id.is_some(),
            invite_id: entry.invite_id,
            workspace_role_name: entry.role.name(),
            avatar_image: entry.avatar_image,
            touch_admin: viewer.may_change(entry.role),
        }
    }
}

parameters! {
    /// Which people and invites of a workspace are listed, and their order.
    pub struct WorkspaceUserSearch {
        /// `name` (default), `email` or `workspace_role`.
        sort_by: Option<OneOf<WorkspaceUserOrders>>,
        /// `asc` (default) or `desc`.
        sort_to: Option<OneOf<Directions>>,
        /// The number of the page, from 1; a page has 25 entries. Absent: all entries, or the first page if there is a `name`.
        #[schema(example = 1)]
        page: Option<Page>,
        /// A part of the name or the address, in any case.
        name: Option<Text<255>>,
        /// `true`: only invites; `false`: only people. Absent: both.
        invited: Option<bool>,
    }
}

pub async fn show(
    session: Session,
    app: Data<App>,
    Query(WorkspaceUserSearch { sort_by, sort_to, page, name, invited }): Query<WorkspaceUserSearch>,
) -> Result<Answer<WorkspaceWithUsers>> {
    let page = page_if_asked(page, name.as_ref());
    let search = Search { order: sorting::order(sort_by, sort_to), name, invited, page };
    app.view(session, move |conn, viewer| {
        let workspace = Workspace::find(conn, viewer.workspace_id)?;
        let listed = viewer.directory(conn, &search)?;
        Ok(answer::ok(WorkspaceWithUsers {
            summary: WorkspaceSummary::load(conn, workspace, viewer)?,
            workspace_users: listed.rows.into_iter().map(|entry| WorkspaceUser::new(entry, viewer)).collect(),
            workspace_roles: Role::ALL.map(WorkspaceRole::from).into(),
            meta: meta_of_page(page, listed.total_count),
        }))
    })
    .await
}

parameters! {
    /// The body that changes a workspace.
    pub struct WorkspaceUpdate {
        workspace: WorkspaceParams,
    }

    /// Absent fields stay as they are.
    pub struct WorkspaceParams {
        #[schema(example = "Falcons Athletics")]
        name: Option<Text<255>>,
        organization_type: Option<OneOf<OrganizationType>>,
        /// An empty text clears it.
        custom_organization_type: Option<TextOrEmpty<255>>,
    }
}

impl Choices for OrganizationType {
    type Value = Self;
    const ALL: &'static [Self] = &Self::ALL;
}

pub async fn update(
    session: Session,
    app: Data<App>,
    body: Body<WorkspaceUpdate>,
) -> Result<Answer<WorkspaceSummary>> {
    let WorkspaceParams { name, organization_type, custom_organization_type } = body.parameters.workspace;
    let changes = Changes { name, organization_type, custom_organization_type };
    app.db
        .in_workspace(session.first_lock())
        .write(move |conn| {
            let admin = session.member(conn)?.admin(ONLY_ADMINS_CHANGE_WORKSPACE)?;
            let workspace = admin.update_workspace(conn, &changes)?;
            Ok(answer::ok(WorkspaceSummary::load(conn, workspace, &admin)?))
        })
        .await
}
