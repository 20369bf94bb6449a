//! Transfers an account to another owner in its workspace, or moves it with its owner to another workspace.

use diesel::prelude::*;

use super::{Change, Owner, Progress, Secret, SocialAccount, changing, holders::Holders};
use crate::{
    catalogue::object::Model,
    clock::Moment,
    db::{Conn, events, types::Uuid},
    error::Result,
    models::{actor::Actor, dependents, event::object, grant, vault::Vault},
    prepared,
    schema::{social_accounts, social_claims},
};

const OWNER_HAS_ACCOUNT: &str = "They hold this account already. Disconnect one of the two first.";

/// Gives an account to another owner in the same workspace; 422 if there is a conflict.
pub fn transfer(
    conn: &mut Conn,
    vault: &Vault,
    actor: Actor,
    account: SocialAccount,
    owner: Owner,
    parameter: &str,
) -> Result<SocialAccount> {
    if account.owner() == owner {
        return Ok(account);
    }
    Holders::find(conn, actor.workspace_id, &account.provider, &account.identity())?
        .except(&account)
        .expect_free(conn, actor, owner, parameter, OWNER_HAS_ACCOUNT)?;
    if account.owner() == Owner::Workspace {
        changing::unshare(conn, &account)?;
    }
    change_owner(conn, vault, actor, &account, owner)
}

/// Changes the owner of the row and of its claim; no other account has this key. The tokens are kept only if the actor
/// may hand them over. Otherwise they are deleted, and the account has to be connected again.
fn change_owner(
    conn: &mut Conn,
    vault: &Vault,
    actor: Actor,
    account: &SocialAccount,
    owner: Owner,
) -> Result<SocialAccount> {
    prepared!(
        diesel::update(
            social_claims::table
                .filter(social_claims::workspace_id.eq(account.workspace_id))
                .filter(social_claims::provider.eq(&account.provider))
                .filter(social_claims::key.eq(&account.key)),
        )
        .set(social_claims::scope.eq(owner.scope()))
    )
    .execute(conn)?;
    let mut change = Change {
        scope: Some(owner.scope()),
        owner_id: Some(owner.user_id()),
        updated_at: actor.now,
        ..Change::default()
    };
    if !may_hand_over_tokens(actor, account.owner()) {
        change.access_token = Some(None);
        change.refresh_token = Some(None);
        change.progress.auth_failed_at = Some(Some(actor.now));
        change.grant_id = Some(None);
    }
    account.change(conn, vault, change)
}

/// The workspace's tokens may be handed over by an actor who may read them, a person's only by that person.
fn may_hand_over_tokens(actor: Actor, owner: Owner) -> bool {
    match owner {
        Owner::Workspace => actor.may_read_tokens,
        Owner::Person(user_id) => actor.user_id() == Some(user_id),
    }
}

/// The accounts a person owns in a workspace, oldest first.
pub fn load_owned(conn: &mut Conn, workspace_id: i64, user_id: i64) -> Result<Vec<SocialAccount>> {
    let accounts = social_accounts::table
        .filter(social_accounts::workspace_id.eq(workspace_id))
        .filter(social_accounts::owner_id.eq(Some(user_id)))
        .order(social_accounts::id)
        .select(SocialAccount::columns())
        .load(conn)?;
    Ok(accounts)
}

/// Those of a person's accounts that are already workspace accounts of another workspace.
pub fn find_owned_by_workspace(
    conn: &mut Conn,
    accounts: &[SocialAccount],
    workspace_id: i64,
    user_id: i64,
) -> Result<Vec<SocialAccount>> {
    let mut owned = Vec::new();
    for account in accounts {
        let holders = Holders::find(conn, workspace_id, &account.provider, &account.identity())?;
        if holders.conflict(Some(user_id), Owner::Person(user_id)).is_some() {
            owned.push(account.clone());
        }
    }
    Ok(owned)
}

/// Moves an account with its owner to another workspace; both workspaces must be locked. The secrets are sealed again
/// for their new place; one that does not open is dropped, and without a token the account has to be connected again.
/// The last account of a grant takes it along, unless a newer pair is there; otherwise the account has to be connected
/// again. Records that belong to the account are deleted. `connected_by` is cleared unless it is the owner. The account gets a new uuid if
/// an account of the other workspace has the same.
pub fn move_to_workspace(
    conn: &mut Conn,
    vault: &Vault,
    account: &SocialAccount,
    workspace_id: i64,
    now: Moment,
) -> Result<()> {
    let (external_id, access_token, refresh_token) = social_accounts::table
        .filter(social_accounts::workspace_id.eq(account.workspace_id))
        .filter(social_accounts::id.eq(account.id))
        .select((social_accounts::external_id, social_accounts::access_token, social_accounts::refresh_token))
        .first::<(Option<String>, Option<String>, Option<String>)>(conn)?;
    let uuid = if is_taken(conn, workspace_id, account.uuid)? { Uuid::random() } else { account.uuid };
    let reseal = |secret: Secret, sealed: &Option<String>| {
        let from = secret.place(account.uuid, account.workspace_id);
        vault.reseal(&from, &secret.place(uuid, workspace_id), sealed.as_deref())
    };
    let mut tokens =
        (reseal(Secret::AccessToken, &access_token)?, reseal(Secret::RefreshToken, &refresh_token)?);
    let grant_id = match account.grant_id {
        Some(id) => grant::take_along(conn, vault, account, id, workspace_id, now)?,
        None => None,
    };
    if grant_id != account.grant_id {
        tokens.0 = None;
    }
    let lost_token =
        tokens.0.is_some() != access_token.is_some() || tokens.1.is_some() != refresh_token.is_some();
    events::keep_deleted(conn, account.workspace_id, object::ACCOUNT, &account.uuid.0.to_string())?;
    dependents::delete_or_clear_for_model(conn, account.workspace_id, Model::Account, account.uuid.0)?;
    let change = Change {
        uuid: Some(uuid),
        workspace_id: Some(workspace_id),
        external_id: Some(reseal(Secret::ExternalId, &external_id)?),
        access_token: Some(tokens.0),
        refresh_token: Some(tokens.1),
        progress: Progress { auth_failed_at: lost_token.then_some(Some(now)), ..Progress::default() },
        connected_by: Some(account.connected_by.filter(|by| Some(*by) == account.owner_id)),
        grant_id: Some(grant_id),
        updated_at: now,
        ..Change::default()
    };
    account.change(conn, vault, change).map(drop)
}

fn is_taken(conn: &mut Conn, workspace_id: i64, uuid: Uuid) -> Result<bool> {
    let other = social_accounts::table
        .filter(social_accounts::workspace_id.eq(workspace_id))
        .filter(social_accounts::uuid.eq(uuid));
    Ok(diesel::select(diesel::dsl::exists(other)).get_result(conn)?)
}
