//! Moving a person's accounts to another workspace: secrets are sealed anew for it, claims are taken there and
//! given back here. Both workspaces are locked by the verb that moves the person.

use diesel::prelude::*;
use secrecy::ExposeSecret as _;

use super::{
    Secret, SocialAccount, candidates,
    conflict::{self, Claimant, Holding},
    disconnecting,
};
use crate::{
    catalogue::object::Model,
    clock::Moment,
    crypto::seal::Sealed,
    db::{Conn, dialect, types::Uuid},
    error::{Error, Result},
    models::{dependents, vault::Vault},
    schema::social_accounts,
};

/// The accounts a person holds in a workspace, oldest first.
pub fn accounts_of(conn: &mut Conn, workspace_id: i64, user_id: i64) -> Result<Vec<SocialAccount>> {
    let accounts = social_accounts::table
        .filter(social_accounts::workspace_id.eq(workspace_id))
        .filter(social_accounts::owner_id.eq(Some(user_id)))
        .order(social_accounts::id)
        .select(SocialAccount::columns())
        .load(conn)?;
    Ok(accounts)
}

/// Those of a person's accounts that the other workspace holds already.
pub fn held_by_workspace(
    conn: &mut Conn,
    accounts: &[SocialAccount],
    workspace_id: i64,
    user_id: i64,
) -> Result<Vec<SocialAccount>> {
    let mut held = Vec::new();
    for account in accounts {
        let identity = account.identity();
        let holdings: Vec<Holding> = candidates::of(conn, workspace_id, &account.provider, &identity)?
            .iter()
            .map(|(other, email)| candidates::holding(other, email.as_deref()))
            .collect();
        if conflict::between(Some(user_id), Claimant::Person(user_id), &identity, &holdings).is_some() {
            held.push(account.clone());
        }
    }
    Ok(held)
}

/// Takes an account along. Its tokens, nickname and external id stay; its channels are left behind, deleted, and so is
/// whoever else connected it. Where another account has its uuid, it is given a new one.
pub fn take_along(
    conn: &mut Conn,
    vault: &Vault,
    account: &SocialAccount,
    workspace_id: i64,
    now: Moment,
) -> Result<()> {
    let row = social_accounts::table
        .filter(social_accounts::workspace_id.eq(account.workspace_id))
        .filter(social_accounts::id.eq(account.id));
    let (external_id, access_token, refresh_token) = row
        .select((social_accounts::external_id, social_accounts::access_token, social_accounts::refresh_token))
        .first::<(Option<String>, Option<String>, Option<String>)>(conn)?;
    let uuid = if is_taken(conn, workspace_id, account.uuid)? { Uuid::random() } else { account.uuid };
    let reseal = |secret: Secret, text: Option<String>| -> Result<Option<String>> {
        let Some(text) = text else { return Ok(None) };
        let sealed = Sealed::parse(&text).map_err(Error::ours)?;
        let open = vault
            .ring()
            .open(&secret.place(account.uuid, account.workspace_id), &sealed)
            .map_err(Error::ours)?;
        let place = secret.place(uuid, workspace_id);
        Ok(Some(vault.ring().seal(&place, open.expose_secret()).as_str().to_owned()))
    };
    dependents::release_model(conn, account.workspace_id, Model::Account, account.uuid.0)?;
    dialect::take_claim(conn, workspace_id, &account.provider, &account.key, &account.scope)?;
    diesel::update(row)
        .set((
            social_accounts::uuid.eq(uuid),
            social_accounts::workspace_id.eq(workspace_id),
            social_accounts::external_id.eq(reseal(Secret::ExternalId, external_id)?),
            social_accounts::access_token.eq(reseal(Secret::AccessToken, access_token)?),
            social_accounts::refresh_token.eq(reseal(Secret::RefreshToken, refresh_token)?),
            social_accounts::connected_by.eq(account.connected_by.filter(|by| Some(*by) == account.owner_id)),
            social_accounts::updated_at.eq(now),
        ))
        .execute(conn)?;
    disconnecting::release_claim(conn, account)
}

fn is_taken(conn: &mut Conn, workspace_id: i64, uuid: Uuid) -> Result<bool> {
    let other = social_accounts::table
        .filter(social_accounts::workspace_id.eq(workspace_id))
        .filter(social_accounts::uuid.eq(uuid));
    Ok(diesel::select(diesel::dsl::exists(other)).get_result(conn)?)
}
