//! A role in JSON: `{"id": 1, "name": "owner"}`.

use serde::Serialize;
use utoipa::ToSchema;

use crate::models::role::Role;

/// A role in a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WorkspaceRole {
    #[schema(example = 1)]
    id: i32,
    #[schema(example = "owner")]
    name: &'static str,
}

impl From<Role> for WorkspaceRole {
    fn from(role: Role) -> Self {
        Self { id: role.id(), name: role.name() }
    }
}
