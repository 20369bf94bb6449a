//! Updates the name and the organisation type of a workspace.

use diesel::prelude::*;

use super::{Workspace, organization_type::OrganizationType};
use crate::{
    db::{Conn, Variant},
    error::Result,
    models::{
        event::{self, Verb},
        session::Admin,
    },
    schema::workspaces,
};

/// The values to change. `None` leaves a value as it is.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    pub name: Option<String>,
    pub organization_type: Option<OrganizationType>,
    /// An empty text clears it.
    pub custom_organization_type: Option<String>,
}

impl Admin {
    pub fn update_workspace(&self, conn: &mut Conn, changes: &Changes) -> Result<Workspace> {
        let custom = changes.custom_organization_type.as_ref();
        let update = diesel::update(workspaces::table.find(self.workspace_id))
            .set((
                changes.name.as_ref().map(|name| workspaces::name.eq(name)),
                changes.organization_type.map(|kind| workspaces::organization_type.eq(kind.name())),
                custom.map(|text| {
                    workspaces::custom_organization_type.eq((!text.is_empty()).then_some(text.as_str()))
                }),
                workspaces::updated_at.eq(self.now),
            ))
            .returning(Workspace::columns());
        let workspace: Workspace = Variant(update).get_result(conn)?;
        workspace.event(Verb::Updated).fields(changes.fields()).record(conn)?;
        Ok(workspace)
    }
}

impl Changes {
    fn fields(&self) -> impl Iterator<Item = &'static str> + use<> {
        event::names_of([
            ("name", self.name.is_some()),
            ("organization_type", self.organization_type.is_some()),
            ("custom_organization_type", self.custom_organization_type.is_some()),
        ])
    }
}
