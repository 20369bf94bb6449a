//! The accounts that one may be taken for: those with its handle, and those with its external id.

use diesel::prelude::*;

use super::{SocialAccount, conflict::Holding, identity::Identity};
use crate::{
    db::Conn,
    error::Result,
    schema::{social_accounts, users},
};

/// Every account of the workspace that may be this one, with its holder's address, oldest first. Asked for by handle
/// and by key one after the other: in one condition, SQLite would look at every account there is.
pub(super) fn of(
    conn: &mut Conn,
    workspace_id: i64,
    provider: &str,
    identity: &Identity,
) -> Result<Vec<(SocialAccount, Option<String>)>> {
    let accounts = || {
        social_accounts::table
            .left_join(users::table.on(users::id.nullable().eq(social_accounts::owner_id)))
            .filter(social_accounts::workspace_id.eq(workspace_id))
            .filter(social_accounts::provider.eq(provider))
            .select((SocialAccount::columns(), users::email.nullable()))
    };
    let mut candidates: Vec<(SocialAccount, Option<String>)> =
        accounts().filter(social_accounts::handle.eq(&identity.handle)).load(conn)?;
    if identity.digest.is_some() {
        let by_key: Vec<(SocialAccount, Option<String>)> =
            accounts().filter(social_accounts::key.eq(identity.key())).load(conn)?;
        candidates.extend(by_key);
    }
    candidates.sort_by_key(|(account, _)| (account.created_at, account.id));
    candidates.dedup_by_key(|(account, _)| account.id);
    Ok(candidates)
}

pub(super) fn holding(account: &SocialAccount, email: Option<&str>) -> Holding {
    Holding {
        account_id: account.id,
        holder: account.holder(),
        email: email.map(str::to_owned),
        identity: account.identity(),
    }
}
