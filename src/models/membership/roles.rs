//! Changing the roles of people in a workspace.

use diesel::prelude::*;

use super::Membership;
use crate::{
    db::Conn,
    error::{Error, Result},
    models::{role::Role, session::Admin},
    schema::memberships,
};

pub const ONLY_ADMINS_CHANGE_MEMBERS: &str = "Only workspace admins can change members";
pub const ONLY_OWNERS_CHANGE_OWNERS: &str = "Only owners can give or take the role owner";

impl Admin {
    /// Changes a person's role. Only an owner may give or take the role owner.
    pub fn give_role(&self, conn: &mut Conn, user_id: i64, role: Role) -> Result<()> {
        let membership = Membership::find(conn, self.workspace_id, user_id)?;
        if membership.role == role {
            return Ok(());
        }
        self.expect_authority_over(&membership)?;
        if role == Role::Owner && self.role != Role::Owner {
            return Err(Error::Forbidden(ONLY_OWNERS_CHANGE_OWNERS));
        }
        membership.expect_another_owner(conn)?;
        diesel::update(memberships::table.find((self.workspace_id, user_id)))
            .set(memberships::role.eq(role.id()))
            .execute(conn)?;
        Ok(())
    }

    /// 404 unless the person is in this workspace.
    pub fn expect_colleague(&self, conn: &mut Conn, user_id: i64) -> Result<()> {
        Membership::find(conn, self.workspace_id, user_id).map(drop)
    }

    /// Refuses changes to an owner unless this admin is an owner too.
    pub(super) fn expect_authority_over(&self, membership: &Membership) -> Result<()> {
        if membership.role == Role::Owner && self.role != Role::Owner {
            return Err(Error::Forbidden(ONLY_OWNERS_CHANGE_OWNERS));
        }
        Ok(())
    }
}
