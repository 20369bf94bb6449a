//! The caller in JSON: the fields that Gipper documents for a user, as far as Roster has them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    controllers::api::v4::{person::Person, workspace_role::WorkspaceRole},
    crypto::token::SessionTokens,
    db::Conn,
    error::Result,
    models::{
        email::written,
        session::{LIFETIME, Session, Viewer},
        user::User,
        workspace::{
            Workspace,
            room::{self, Room},
        },
    },
};

/// The caller with their workspace and a token.
#[derive(Serialize, ToSchema)]
pub struct CurrentUser {
    id: i64,
    #[schema(example = "olga@example.com")]
    email: String,
    first_name: Option<String>,
    last_name: Option<String>,
    role_in_organization: Option<String>,
    state: Option<String>,
    city: Option<String>,
    avatar_image: Option<String>,
    auth_token: String,
    /// Whether the caller is in a team.
    team_exists: bool,
    #[schema(example = true)]
    can_use_site: bool,
    /// The number of pending invites whose token this session has presented.
    invites_count: i64,
    #[schema(example = "light")]
    mode: String,
    workspace_role: WorkspaceRole,
    workspace: CurrentWorkspace,
}

/// The workspace of the caller.
#[derive(Debug, Serialize, ToSchema)]
pub struct CurrentWorkspace {
    id: i64,
    #[schema(example = "Falcons Athletics")]
    name: String,
    organization_type: Option<String>,
    custom_organization_type: Option<String>,
    available_users_count: i64,
    can_add_new_users: bool,
    /// How many more people the caller can invite. A member who is no admin can have 20 pending invites.
    can_invite_users_count: i64,
    /// The owner who has been in the workspace longest.
    #[schema(required)]
    owner: Option<Person>,
}

impl CurrentUser {
    pub fn load(conn: &mut Conn, viewer: &Viewer, auth_token: String) -> Result<Self> {
        let user = User::find(conn, viewer.user_id)?;
        Ok(Self {
            id: user.id,
            email: written(&user.email),
            first_name: user.first_name,
            last_name: user.last_name,
            role_in_organization: user.role_in_organization,
            state: user.state,
            city: user.city,
            avatar_image: user.avatar_image,
            auth_token,
            team_exists: viewer.is_in_a_team(conn)?,
            can_use_site: true,
            invites_count: viewer.presented_invites_count(conn)?,
            mode: user.mode,
            workspace_role: viewer.role.into(),
            workspace: CurrentWorkspace::load(conn, viewer)?,
        })
    }
}

impl CurrentWorkspace {
    fn load(conn: &mut Conn, viewer: &Viewer) -> Result<Self> {
        let workspace = Workspace::find(conn, viewer.workspace_id)?;
        let room = Room::load(conn, viewer)?;
        let owner = workspace.owner(conn)?;
        Ok(Self {
            id: workspace.id,
            name: workspace.name,
            organization_type: workspace.organization_type,
            custom_organization_type: workspace.custom_organization_type,
            available_users_count: room::MAX_PEOPLE_AND_INVITES,
            can_add_new_users: room.left() > 0,
            can_invite_users_count: room.left(),
            owner: owner.as_ref().map(Person::from),
        })
    }
}

/// The token of this viewer's session, or a new one if more than half of its lifetime has passed.
pub fn renewed_token(tokens: &SessionTokens, session: &Session, viewer: &Viewer) -> String {
    let is_half_over = session.now - session.issued_at >= LIFETIME / 2;
    let (workspace_id, issued_at) = if is_half_over {
        (Some(viewer.workspace_id), session.now)
    } else {
        (session.workspace_id_in_token, session.issued_at)
    };
    tokens.issue(viewer.user_id, session.uuid.0, workspace_id, issued_at, issued_at + LIFETIME)
}
