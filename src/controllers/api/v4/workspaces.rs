//! The caller's workspace.

pub mod twitter_accounts;

use actix_web::web::Data;
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};

use super::{
    sorting::{self, Word},
    workspace_role::WorkspaceRole,
    workspace_summary::WorkspaceSummary,
};
use crate::{
    app::App,
    controllers::{
        answer::{self, Answer},
        openapi,
    },
    error::Result,
    models::{
        role::Role,
        session::{Session, Viewer},
        workspace::{
            Workspace,
            organization_type::OrganizationType,
            roll::{By, Entry, Order},
            updating::Changes,
        },
    },
    parameters::{Parameters, Query},
};

const SORT_BY: [Word<By>; 3] =
    [Word("name", By::Name), Word("email", By::Email), Word("workspace_role", By::Role)];

const ADMINS_ONLY: &str = "Only workspace admins can change the workspace";

#[derive(Debug, Serialize, ToSchema)]
pub struct WorkspaceWithUsers {
    #[serde(flatten)]
    summary: WorkspaceSummary,
    workspace_users: Vec<WorkspaceUser>,
    workspace_roles: Vec<WorkspaceRole>,
}

/// Somebody in the workspace, or invited into it.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkspaceUser {
    /// Null while they are invited.
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
    /// Whether the caller may change this row.
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

fn read_order(query: &Query) -> Result<Order> {
    query.read(|root| sorting::order(root, &SORT_BY))
}

/// Show the workspace, who is in it and who is invited
#[utoipa::path(get, path = "/api/v4/workspaces", tag = "workspace",
    params(
        ("sort_by" = Option<String>, Query, pattern = "^(name|email|workspace_role)?$", description = "name (default), email or workspace_role"),
        ("sort_to" = Option<String>, Query, pattern = "^(asc|desc)?$", description = "asc (default) or desc"),
    ),
    responses((status = 200, body = WorkspaceWithUsers)))]
pub async fn show(session: Session, app: Data<App>, query: Query) -> Result<Answer<WorkspaceWithUsers>> {
    let order = read_order(&query)?;
    app.view(session, move |conn, viewer| {
        let workspace = Workspace::find(conn, viewer.workspace_id)?;
        let mut roll = viewer.roll(conn)?;
        order.sort(&mut roll, Role::id);
        Ok(answer::ok(WorkspaceWithUsers {
            summary: WorkspaceSummary::of(conn, workspace, viewer.now)?,
            workspace_users: roll.into_iter().map(|entry| WorkspaceUser::new(entry, viewer)).collect(),
            workspace_roles: Role::ALL.map(WorkspaceRole::from).into(),
        }))
    })
    .await
}

/// The body that changes a workspace.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by name, this describes it")]
pub struct WorkspaceUpdate {
    workspace: WorkspaceParams,
}

/// What is left out stays as it is.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by name, this describes it")]
pub struct WorkspaceParams {
    #[schema(example = "Falcons Athletics", max_length = 255)]
    name: Option<String>,
    #[schema(schema_with = organization_types)]
    organization_type: Option<String>,
    /// Empty takes it away.
    #[schema(max_length = 255)]
    custom_organization_type: Option<String>,
}

fn organization_types() -> Object {
    openapi::one_of(&OrganizationType::ALL)
}

fn read_changes(params: &Parameters) -> Result<Changes> {
    params.read(|root| {
        let workspace = root.hash("workspace");
        Changes {
            name: workspace.optional_string("name", 255),
            organization_type: workspace.optional_one_of("organization_type", &OrganizationType::ALL),
            custom_organization_type: workspace.optional_text("custom_organization_type", 255),
        }
    })
}

/// Change the workspace
#[utoipa::path(put, path = "/api/v4/workspaces", tag = "workspace", request_body = WorkspaceUpdate,
    responses((status = 200, body = WorkspaceSummary)))]
pub async fn update(
    session: Session,
    app: Data<App>,
    params: Parameters,
) -> Result<Answer<WorkspaceSummary>> {
    let changes = read_changes(&params)?;
    app.db
        .write(move |conn| {
            let admin = session.member(conn)?.admin(ADMINS_ONLY)?;
            let workspace = admin.update_workspace(conn, &changes)?;
            Ok(answer::ok(WorkspaceSummary::of(conn, workspace, admin.now)?))
        })
        .await
}
