//! The workspace in JSON, with the number of people it still has room for.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    db::Conn,
    error::Result,
    models::{
        session::Viewer,
        workspace::{
            Workspace,
            room::{self, Room},
        },
    },
};

/// A workspace and the room left in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkspaceSummary {
    id: i64,
    #[schema(example = "Falcons Athletics")]
    name: String,
    /// The limit on people and pending invites together.
    #[schema(example = 1000)]
    available_users_count: i64,
    #[schema(example = true)]
    can_add_new_users: bool,
    /// How many more people the caller can invite. A member who is no admin can have 20 pending invites.
    #[schema(example = 998)]
    can_invite_users_count: i64,
}

impl WorkspaceSummary {
    pub fn load(conn: &mut Conn, workspace: Workspace, viewer: &Viewer) -> Result<Self> {
        let left = Room::load(conn, viewer)?.left();
        Ok(Self {
            id: workspace.id,
            name: workspace.name,
            available_users_count: room::MAX_PEOPLE_AND_INVITES,
            can_add_new_users: left > 0,
            can_invite_users_count: left,
        })
    }
}
