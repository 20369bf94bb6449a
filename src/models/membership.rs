//! Memberships: a person's role in a workspace, and how people join and leave.

pub mod erasing;
pub mod joining;
pub mod leaving;
pub mod roles;

use diesel::prelude::*;

use crate::{
    clock::Moment,
    db::{Conn, types::Uuid},
    error::{Error, Result},
    models::{role::Role, workspace::Workspace},
    schema::memberships,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    pub workspace_id: i64,
    pub user_id: i64,
    pub role: Role,
}

impl Membership {
    /// Finds a person in this workspace; 404 for a person of another workspace.
    pub fn find(conn: &mut Conn, workspace_id: i64, user_id: i64) -> Result<Self> {
        let role = memberships::table
            .find((workspace_id, user_id))
            .select(memberships::role)
            .get_result(conn)
            .optional()?
            .ok_or(Error::NotFound)?;
        Ok(Self { workspace_id, user_id, role: Role::stored(role) })
    }

    /// Inserts a membership. The caller must also set the column `workspace_id` of the person.
    pub fn create(conn: &mut Conn, workspace_id: i64, user_id: i64, role: Role, now: Moment) -> Result<()> {
        diesel::insert_into(memberships::table)
            .values((
                memberships::workspace_id.eq(workspace_id),
                memberships::user_id.eq(user_id),
                memberships::uuid.eq(Uuid::random()),
                memberships::role.eq(role.id()),
                memberships::created_at.eq(now),
            ))
            .execute(conn)?;
        Ok(())
    }

    /// Whether the workspace has no other people.
    pub fn is_alone(&self, conn: &mut Conn) -> Result<bool> {
        let others = memberships::table
            .filter(memberships::workspace_id.eq(self.workspace_id))
            .filter(memberships::user_id.ne(self.user_id));
        Ok(!diesel::select(diesel::dsl::exists(others)).get_result::<bool>(conn)?)
    }

    /// Refuses to take the role from the last owner of a workspace.
    fn expect_another_owner(&self, conn: &mut Conn) -> Result<()> {
        let other_owners = memberships::table
            .filter(memberships::workspace_id.eq(self.workspace_id))
            .filter(memberships::user_id.ne(self.user_id))
            .filter(memberships::role.eq(Role::Owner.id()));
        let another = diesel::select(diesel::dsl::exists(other_owners)).get_result::<bool>(conn)?;
        if self.role != Role::Owner || another {
            return Ok(());
        }
        let name = Workspace::find(conn, self.workspace_id)?.name;
        let sentence = format!("Make someone else an owner of \"{name}\" first.");
        Err(Error::invalid("workspace", "only_owner", sentence))
    }
}
