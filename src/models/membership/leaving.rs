//! Leaving a workspace, or being removed from it. The person gets a new workspace and takes their accounts along.

use diesel::prelude::*;

use super::{Membership, roles::ONLY_OWNERS_CHANGE_OWNERS};
use crate::{
    catalogue::object::Model,
    clock::Moment,
    db::{Conn, events, types::Uuid},
    error::{Error, Result},
    idempotency,
    models::{
        api_key,
        caller::ApiKeyCaller,
        consent, dependents,
        event::{Verb, object},
        invite,
        role::Role,
        session::{Admin, Member},
        social_account::transferring,
        team,
        user::User,
        vault::Vault,
        workspace::Workspace,
    },
    prepared,
    schema::{memberships, social_accounts, users},
};

impl Member {
    /// Leaves the workspace. Refused for a person who is alone in it, and for its only owner.
    pub fn leave(&self, conn: &mut Conn, vault: &Vault) -> Result<()> {
        let membership = Membership::find(conn, self.workspace_id, self.user_id)?;
        if membership.is_alone(conn)? {
            let name = Workspace::find(conn, self.workspace_id)?.name;
            let sentence = format!("You are the only one in \"{name}\". There is nobody to leave it to.");
            return Err(Error::invalid("workspace", "alone", sentence));
        }
        membership.expect_another_owner(conn)?;
        membership.move_to_own_workspace(conn, vault, self.now)
    }
}

impl Admin {
    /// Removes a person from the workspace.
    pub fn remove(&self, conn: &mut Conn, vault: &Vault, user_id: i64) -> Result<()> {
        let membership = Membership::find(conn, self.workspace_id, user_id)?;
        self.expect_authority_over(&membership)?;
        membership.move_to_own_workspace(conn, vault, self.now)
    }
}

/// Removes a person on behalf of a program with the scope `admin`. Only an owner can remove an owner, so a program
/// cannot.
pub fn remove_by_api_key(conn: &mut Conn, vault: &Vault, program: &ApiKeyCaller, user_id: i64) -> Result<()> {
    let membership = Membership::find(conn, program.workspace_id, user_id)?;
    if membership.role == Role::Owner {
        return Err(Error::Forbidden(ONLY_OWNERS_CHANGE_OWNERS));
    }
    membership.move_to_own_workspace(conn, vault, program.now)
}

impl Membership {
    fn move_to_own_workspace(&self, conn: &mut Conn, vault: &Vault, now: Moment) -> Result<()> {
        let name = User::find(conn, self.user_id)?.workspace_name();
        let own = Workspace::create(conn, &name, now)?;
        own.event(Verb::Created).record(conn)?;
        self.move_to(conn, vault, own.id, Role::Owner, now)
    }

    /// Moves the person and their accounts to another workspace. Both workspaces must be locked.
    pub(super) fn move_to(
        &self,
        conn: &mut Conn,
        vault: &Vault,
        workspace_id: i64,
        role: Role,
        now: Moment,
    ) -> Result<()> {
        for account in transferring::load_owned(conn, self.workspace_id, self.user_id)? {
            transferring::move_to_workspace(conn, vault, &account, workspace_id, now)?;
        }
        self.end(conn, vault, now)?;
        prepared!(
            diesel::update(users::table.find(self.user_id))
                .set((users::workspace_id.eq(workspace_id), users::updated_at.eq(now)))
        )
        .execute(conn)?;
        Self { workspace_id, uuid: Uuid::random(), role, ..self.clone() }.create(conn, now)
    }

    /// Ends the membership: removes the person from teams and as the creator of what they made in the workspace, and ends
    /// their consents.
    pub(super) fn end(&self, conn: &mut Conn, vault: &Vault, now: Moment) -> Result<()> {
        events::keep_deleted(conn, self.workspace_id, object::MEMBER, &self.uuid.0.to_string())?;
        dependents::delete_or_clear_for_model(conn, self.workspace_id, Model::Member, self.uuid.0)?;
        team::membership::delete_all(conn, self.workspace_id, self.user_id)?;
        prepared!(
            diesel::update(
                social_accounts::table
                    .filter(social_accounts::workspace_id.eq(self.workspace_id))
                    .filter(social_accounts::connected_by.eq(Some(self.user_id))),
            )
            .set(social_accounts::connected_by.eq(None::<i64>))
        )
        .execute(conn)?;
        invite::clear_sender(conn, self.workspace_id, self.user_id)?;
        api_key::clear_creator(conn, self.workspace_id, self.user_id)?;
        dependents::clear_creator(conn, self.workspace_id, self.uuid.0)?;
        idempotency::delete_of_person(conn, self.workspace_id, self.user_id)?;
        consent::end_of_person(conn, vault, self.workspace_id, self.user_id, now)?;
        diesel::delete(memberships::table.find((self.workspace_id, self.user_id))).execute(conn)?;
        self.event(Verb::Deleted).record(conn)
    }
}
