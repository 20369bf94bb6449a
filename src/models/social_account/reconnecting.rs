//! Reconnecting: what a consent gave goes to exactly one row, which keeps everything but its tokens and its profile.

use diesel::prelude::*;

use super::{NewAccount, Owner, SocialAccount, connecting::refresh, identity::Identity, owned_account};
use crate::{
    db::Conn,
    error::{Error, Result},
    models::{actor::Actor, vault::Vault},
    prepared,
};

const HELD_TWICE: &str = "You have this account a second time. Disconnect one of the two first.";

/// The account with this owner, if there is one.
pub fn find(
    conn: &mut Conn,
    workspace_id: i64,
    owner: Owner,
    provider: &str,
    id: i64,
) -> Result<Option<SocialAccount>> {
    let account = owned_account!(workspace_id, owner, provider, id).select(SocialAccount::columns());
    Ok(prepared!(account).get_result(conn).optional()?)
}

impl SocialAccount {
    /// Whether it is the account that the network has named. Until the network has named it once, what a person pasted as
    /// its id says nothing, and its handle or the beginning of its token does.
    pub fn is_named(
        &self,
        conn: &mut Conn,
        vault: &Vault,
        named: &Identity,
        external_id: &str,
    ) -> Result<bool> {
        let known = self.identity();
        if named.is_same_account_as(&known) {
            return Ok(true);
        }
        Ok(!self.identified
            && (named.is_same_account_as(&known.by_handle())
                || self.has_token_of(conn, vault, external_id)?))
    }
}

/// Refreshes an account, whatever was known as its external id; 422 if others have the account that the network named.
pub fn reconnect(
    conn: &mut Conn,
    vault: &Vault,
    actor: Actor,
    account: &SocialAccount,
    new: &NewAccount,
) -> Result<SocialAccount> {
    let identity = new.identity(vault);
    let holders = new.holders(conn, vault, actor.workspace_id, &identity)?.except(account);
    holders.expect_no_conflict(conn, actor, account.owner(), &new.parameter)?;
    let key = identity.key();
    if holders.held_by(account.owner()).any(|other| other.key == key) {
        return Err(Error::invalid(&new.parameter, "taken", HELD_TWICE));
    }
    refresh(conn, vault, actor, account, &identity, new)
}
