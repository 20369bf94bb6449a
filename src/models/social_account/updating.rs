//! Changing what an account is reached by and what programs wrote down about it: its handle, its tokens, its progress.

use diesel::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};

use super::{
    Progress, Secret, SocialAccount,
    asker::Asker,
    candidates,
    conflict::{self, Holding},
    disconnecting::release_claim,
    identity::{Handle, Identity},
    refusing,
};
use crate::{
    db::{Conn, dialect},
    error::{Error, Result},
    models::vault::Vault,
    schema::social_accounts,
};

const HELD_ALREADY: &str =
    "The same holder has an account with this handle already. Disconnect one of the two first.";

const STAYS_ON_ITS_NETWORK: &str = "The provider of an account that is known by its id there cannot change. Disconnect it and connect the other.";

/// What is to change; absent: as it was, and of a token `None` empties it.
#[derive(Default)]
pub struct Changes {
    pub access_token: Option<Option<SecretString>>,
    pub refresh_token: Option<Option<SecretString>>,
    pub progress: Progress,
}

/// Writes changes down. A new access token is a new start, unless its bearer says otherwise.
pub fn update(
    conn: &mut Conn,
    vault: &Vault,
    asker: Asker,
    account: &SocialAccount,
    changes: &Changes,
) -> Result<()> {
    let sealed = |secret: Secret, change: &Option<Option<SecretString>>| {
        let place = secret.place(account.uuid, account.workspace_id);
        let seal = |text: &SecretString| vault.ring().seal(&place, text.expose_secret()).as_str().to_owned();
        change.as_ref().map(|text| text.as_ref().map(seal))
    };
    let mut progress = changes.progress.clone();
    if matches!(changes.access_token, Some(Some(_))) && progress.auth_failed_at.is_none() {
        progress.auth_failed_at = Some(None);
    }
    diesel::update(row(account))
        .set((
            sealed(Secret::AccessToken, &changes.access_token)
                .map(|token| social_accounts::access_token.eq(token)),
            sealed(Secret::RefreshToken, &changes.refresh_token)
                .map(|token| social_accounts::refresh_token.eq(token)),
            progress,
            social_accounts::updated_at.eq(asker.now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Gives an account another handle, or another network. One without an external id is recognised by them: its claim
/// moves along, unless another holder is in the way. One with an external id stays on its network.
pub fn rename(
    conn: &mut Conn,
    asker: Asker,
    account: &SocialAccount,
    provider: &str,
    handle: &Handle,
    written: &str,
    named_by: &str,
) -> Result<SocialAccount> {
    let identity = Identity { handle: handle.as_str().to_owned(), ..account.identity() };
    if provider != account.provider && identity.digest.is_some() {
        return Err(Error::invalid("provider", "fixed", STAYS_ON_ITS_NETWORK));
    }
    if identity.handle != account.handle || provider != account.provider {
        expect_free(conn, asker, account, provider, &identity, named_by)?;
    }
    let key = identity.key();
    let moves = key != account.key || provider != account.provider;
    if moves {
        dialect::take_claim(conn, account.workspace_id, provider, &key, &account.scope)?;
    }
    // A name that was only the handle follows it.
    let was_its_name = account.screen_name == account.twitter_nickname;
    let changed = diesel::update(row(account))
        .set((
            social_accounts::provider.eq(provider),
            social_accounts::key.eq(&key),
            social_accounts::handle.eq(&identity.handle),
            social_accounts::twitter_nickname.eq(written),
            was_its_name.then_some(social_accounts::screen_name.eq(written)),
            social_accounts::updated_at.eq(asker.now),
        ))
        .returning(SocialAccount::columns())
        .get_result(conn)?;
    if moves {
        release_claim(conn, account)?;
    }
    Ok(changed)
}

fn expect_free(
    conn: &mut Conn,
    asker: Asker,
    account: &SocialAccount,
    provider: &str,
    identity: &Identity,
    named_by: &str,
) -> Result<()> {
    let others: Vec<Holding> = candidates::of(conn, asker.workspace_id, provider, identity)?
        .iter()
        .filter(|(other, _)| other.id != account.id)
        .map(|(other, email)| candidates::holding(other, email.as_deref()))
        .collect();
    if let Some(conflict) = conflict::between(asker.user_id(), account.holder(), identity, &others) {
        return Err(refusing::refusal(conn, asker, conflict)?.at(named_by));
    }
    let is_theirs =
        |other: &Holding| other.holder == account.holder() && identity.is_same_account_as(&other.identity);
    if others.iter().any(is_theirs) {
        return Err(Error::invalid(named_by, "taken", HELD_ALREADY));
    }
    Ok(())
}

type Row = diesel::dsl::Filter<
    diesel::dsl::Filter<social_accounts::table, diesel::dsl::Eq<social_accounts::workspace_id, i64>>,
    diesel::dsl::Eq<social_accounts::id, i64>,
>;

fn row(account: &SocialAccount) -> Row {
    social_accounts::table
        .filter(social_accounts::workspace_id.eq(account.workspace_id))
        .filter(social_accounts::id.eq(account.id))
}
