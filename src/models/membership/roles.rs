//! Changing the roles of people in a workspace.

use diesel::prelude::*;

use super::Membership;
use crate::{
    db::Conn,
    error::{Error, Result},
    models::{
        caller::{Caller, LockedCaller},
        event::Verb,
        invite,
        role::Role,
        session::Admin,
    },
    prepared,
    schema::memberships,
};

pub const ONLY_ADMINS_CHANGE_MEMBERS: &str = "Only workspace admins can change members";
const ONLY_OWNERS_CHANGE_PROFILES_OF_OWNERS: &str = "Only owners can change the profile of an owner";
pub const ONLY_OWNERS_CHANGE_OWNERS: &str = "Only owners can give or take the role owner";

impl Membership {
    /// Refuses changes to an owner's name, picture and preferences, except by an owner or by a program whose key an
    /// owner made.
    pub fn expect_authority_over_profile(&self, conn: &mut Conn, caller: &LockedCaller) -> Result<()> {
        if self.role != Role::Owner || is_for_owner(conn, caller)? {
            return Ok(());
        }
        Err(Error::Forbidden(ONLY_OWNERS_CHANGE_PROFILES_OF_OWNERS))
    }
}

fn is_for_owner(conn: &mut Conn, caller: &LockedCaller) -> Result<bool> {
    match caller {
        Caller::Person(member) => Ok(member.role == Role::Owner),
        Caller::Key(key) => match key.created_by {
            Some(user_id) => Ok(Membership::find(conn, key.workspace_id, user_id)?.role == Role::Owner),
            None => Ok(false),
        },
    }
}

impl Admin {
    /// Changes a person's role. Only an owner may give or take the role owner. Somebody who is no admin any more is not
    /// the sender of their pending invites any more either, because other teams may be in them.
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
        prepared!(
            diesel::update(memberships::table.find((self.workspace_id, user_id)))
                .set(memberships::role.eq(role.id()))
        )
        .execute(conn)?;
        membership.event(Verb::Updated).fields(["role"]).record(conn)?;
        if role.is_admin() { Ok(()) } else { invite::clear_sender(conn, self.workspace_id, user_id) }
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
