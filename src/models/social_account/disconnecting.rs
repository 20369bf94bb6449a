//! Disconnecting: the row goes, and the claim with the last row that held it.

use diesel::prelude::*;

use super::SocialAccount;
use crate::{
    catalogue::object::Model,
    db::Conn,
    error::Result,
    models::{
        dependents,
        session::{Admin, Member},
    },
    schema::{social_accounts, social_claims},
};

impl Admin {
    /// Disconnects a workspace account; its teams lose it.
    pub fn disconnect(&self, conn: &mut Conn, id: i64) -> Result<()> {
        let account = self.workspace_account(conn, id)?;
        disconnect(conn, &account)
    }
}

impl Member {
    /// Disconnects an account of this person.
    pub fn disconnect_personal(&self, conn: &mut Conn, id: i64) -> Result<()> {
        let account = self.personal_account(conn, id)?;
        disconnect(conn, &account)
    }
}

/// What hangs on the account goes with it.
pub fn disconnect(conn: &mut Conn, account: &SocialAccount) -> Result<()> {
    dependents::release_model(conn, account.workspace_id, Model::Account, account.uuid.0)?;
    diesel::delete(
        social_accounts::table
            .filter(social_accounts::workspace_id.eq(account.workspace_id))
            .filter(social_accounts::id.eq(account.id)),
    )
    .execute(conn)?;
    release_claim(conn, account)
}

/// Gives the claim of this account's workspace and key back, unless another account still stands on it.
pub(super) fn release_claim(conn: &mut Conn, account: &SocialAccount) -> Result<()> {
    let held = social_accounts::table
        .filter(social_accounts::workspace_id.eq(account.workspace_id))
        .filter(social_accounts::provider.eq(&account.provider))
        .filter(social_accounts::key.eq(&account.key));
    diesel::delete(
        social_claims::table
            .filter(social_claims::workspace_id.eq(account.workspace_id))
            .filter(social_claims::provider.eq(&account.provider))
            .filter(social_claims::key.eq(&account.key))
            .filter(diesel::dsl::not(diesel::dsl::exists(held))),
    )
    .execute(conn)?;
    Ok(())
}
