//! A workspace: an organisation such as an athletic department or a club, or one person until others join.

pub mod deleting;
pub mod directory;
pub mod organization_type;
pub mod room;
pub mod updating;

use diesel::prelude::*;

use crate::{
    clock::Moment,
    db::{Conn, MultiBackend, types::Uuid},
    error::Result,
    models::{
        event::{Event, Verb, object},
        role::Role,
        user::User,
    },
    schema::{memberships, users, workspaces},
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
        Ok(workspaces::table.find(id).select(Self::columns()).get_result(conn)?)
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

    pub fn event(&self, verb: Verb) -> Event {
        Event::new(verb, object::WORKSPACE, self.id, &self.id).label(&self.name)
    }

    /// The person who has been an owner for the longest time.
    pub fn owner(&self, conn: &mut Conn) -> Result<Option<User>> {
        let owner = memberships::table
            .inner_join(users::table.on(users::id.eq(memberships::user_id)))
            .filter(memberships::workspace_id.eq(self.id))
            .filter(memberships::role.eq(Role::Owner.id()))
            .order((memberships::created_at, memberships::user_id))
            .select(User::columns())
            .first(conn)
            .optional()?;
        Ok(owner)
    }
}
