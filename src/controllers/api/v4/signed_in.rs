//! The response to a registration or a sign-in: person, role, workspace and the session's token.

use serde::Serialize;
use utoipa::ToSchema;

use super::workspace_role::WorkspaceRole;
use crate::{
    app::App,
    clock::Moment,
    db::types::Uuid,
    models::{email::written, role::Role, session::LIFETIME, user::User, workspace::Workspace},
};

/// The response to a registration or a sign-in.
#[derive(Serialize, ToSchema)]
pub struct SignedIn {
    #[schema(example = true)]
    success: bool,
    user: SignedInUser,
}

#[derive(Serialize, ToSchema)]
pub struct SignedInUser {
    id: i64,
    #[schema(example = "olga@example.com")]
    email: String,
    #[schema(required)]
    first_name: Option<String>,
    #[schema(required)]
    last_name: Option<String>,
    /// Send it as `Authentication: Bearer TOKEN`.
    auth_token: String,
    workspace_role: WorkspaceRole,
    workspace: WorkspaceName,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct WorkspaceName {
    pub id: i64,
    #[schema(example = "Falcons Athletics")]
    pub name: String,
}

impl SignedIn {
    pub fn new(app: &App, session: Uuid, user: User, role: Role, workspace: Workspace, now: Moment) -> Self {
        let auth_token =
            app.vault().tokens().issue(user.id, session.0, Some(workspace.id), now, now + LIFETIME);
        let user = SignedInUser {
            id: user.id,
            email: written(&user.email),
            first_name: user.first_name,
            last_name: user.last_name,
            auth_token,
            workspace_role: role.into(),
            workspace: WorkspaceName { id: workspace.id, name: workspace.name },
        };
        Self { success: true, user }
    }
}
