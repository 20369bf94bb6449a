//! A workspace: an athletic department, a club; or one person, until others join.

use diesel::prelude::*;

use crate::{
    clock::Moment,
    db::{Conn, MultiBackend, types::Uuid},
    error::Result,
    schema::workspaces,
};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
pub struct Workspace {
    pub id: i64,
    pub name: String,
    pub organization_type: Option<String>,
    pub custom_organization_type: Option<String>,
}

pub type Columns = <Workspace as Selectable<MultiBackend>>::SelectExpression;

impl Workspace {
    pub fn columns() -> Columns {
        <Self as Selectable<MultiBackend>>::construct_selection()
    }

    pub fn find(conn: &mut Conn, id: i64) -> Result<Self> {
        Ok(workspaces::table.find(id).select(Self::columns()).first(conn)?)
    }

    pub fn create(conn: &mut Conn, name: &str, now: Moment) -> Result<Self> {
        let workspace = diesel::insert_into(workspaces::table)
            .values((
                workspaces::uuid.eq(Uuid::random()),
                workspaces::name.eq(name),
                workspaces::created_at.eq(now),
                workspaces::updated_at.eq(now),
            ))
            .returning(Self::columns())
            .get_result(conn)?;
        Ok(workspace)
    }
}
