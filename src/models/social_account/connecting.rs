//! Connecting: the rule is asked, the claim is taken, the row is inserted or refreshed. One transaction, under the
//! workspace's lock; the constraints have the last word at COMMIT.

use diesel::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};

use super::{
    Connection, Secret, SocialAccount,
    asker::Asker,
    candidates,
    conflict::{self, Claimant, Holding},
    disconnecting::release_claim,
    identity::Identity,
    refusing,
};
use crate::{
    db::{Conn, dialect, types::Uuid},
    error::Result,
    models::{
        location::Location,
        session::{Admin, Member},
        vault::Vault,
    },
    schema::social_accounts,
};

/// What came of it: a new account, or one its owner had already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Connected {
    New(SocialAccount),
    Refreshed(SocialAccount),
}

impl Admin {
    /// Connects an account for the workspace.
    pub fn connect(&self, conn: &mut Conn, vault: &Vault, connection: &Connection) -> Result<Connected> {
        connect(conn, vault, (&**self).into(), Claimant::Workspace, connection)
    }
}

impl Member {
    /// Connects an account for this person.
    pub fn connect_personally(
        &self,
        conn: &mut Conn,
        vault: &Vault,
        connection: &Connection,
    ) -> Result<Connected> {
        connect(conn, vault, self.into(), Claimant::Person(self.user_id), connection)
    }
}

pub fn connect(
    conn: &mut Conn,
    vault: &Vault,
    asker: Asker,
    claimant: Claimant,
    connection: &Connection,
) -> Result<Connected> {
    let identity = Identity::of(connection, vault.identity());
    let candidates = candidates::of(conn, asker.workspace_id, &connection.provider, &identity)?;
    let holdings: Vec<Holding> =
        candidates.iter().map(|(account, email)| candidates::holding(account, email.as_deref())).collect();
    if let Some(conflict) = conflict::between(asker.user_id(), claimant, &identity, &holdings) {
        return Err(refusing::refusal(conn, asker, conflict)?.at(connection.named_by));
    }
    let own =
        candidates.into_iter().map(|(account, _)| account).filter(|account| account.holder() == claimant);
    match own_match(&identity, own) {
        Some(account) => {
            refresh(conn, vault, asker, &account, &identity, connection).map(Connected::Refreshed)
        }
        None => insert(conn, vault, asker, claimant, &identity, connection).map(Connected::New),
    }
}

/// The claimant's own account to refresh: the one with the same external id, else one without and with the same
/// handle; for a request without an external id, the one refreshed last.
fn own_match(wanted: &Identity, own: impl Iterator<Item = SocialAccount>) -> Option<SocialAccount> {
    own.filter(|account| wanted.is_same_account_as(&account.identity())).max_by_key(|account| {
        let same_external_id = wanted.digest.is_some() && account.identity().digest == wanted.digest;
        (same_external_id, account.refreshed_at, account.id)
    })
}

fn insert(
    conn: &mut Conn,
    vault: &Vault,
    asker: Asker,
    claimant: Claimant,
    identity: &Identity,
    connection: &Connection,
) -> Result<SocialAccount> {
    let (scope, owner_id) = match claimant {
        Claimant::Workspace => ("workspace", None),
        Claimant::Person(id) => ("personal", Some(id)),
    };
    let key = identity.key();
    let uuid = connection.uuid.unwrap_or_else(Uuid::random);
    let sealed = |secret: Secret, text: Option<&SecretString>| {
        let place = secret.place(uuid, asker.workspace_id);
        text.map(|text| vault.ring().seal(&place, text.expose_secret()).as_str().to_owned())
    };
    let progress = &connection.progress;
    let (screen_name, logo_url) = match &connection.profile {
        Some(profile) => (profile.screen_name.as_str(), profile.logo_url.as_str()),
        None => (connection.twitter_nickname.as_str(), ""),
    };
    dialect::take_claim(conn, asker.workspace_id, &connection.provider, &key, scope)?;
    let account = diesel::insert_into(social_accounts::table)
        .values((
            (
                social_accounts::uuid.eq(uuid),
                social_accounts::workspace_id.eq(asker.workspace_id),
                social_accounts::provider.eq(&connection.provider),
                social_accounts::key.eq(&key),
                social_accounts::handle.eq(&identity.handle),
                social_accounts::scope.eq(scope),
                social_accounts::owner_id.eq(owner_id),
                social_accounts::connected_by.eq(asker.user_id()),
                social_accounts::screen_name.eq(screen_name),
                social_accounts::twitter_nickname.eq(&connection.twitter_nickname),
                social_accounts::logo_url.eq(logo_url),
                social_accounts::nickname.eq(""),
            ),
            (
                social_accounts::account_verified.eq(connection.account_verified.unwrap_or(false)),
                social_accounts::location.eq(connection.location.map(Location::name)),
                social_accounts::external_id.eq(sealed(Secret::ExternalId, connection.external_id.as_ref())),
                social_accounts::access_token
                    .eq(sealed(Secret::AccessToken, connection.access_token.as_ref())),
                social_accounts::refresh_token
                    .eq(sealed(Secret::RefreshToken, connection.refresh_token.as_ref())),
                social_accounts::scopes.eq(progress.scopes.as_deref().unwrap_or("[]")),
                social_accounts::handle_aliases.eq(progress.handle_aliases.as_deref().unwrap_or_default()),
                social_accounts::last_sync_history_id
                    .eq(progress.last_sync_history_id.as_deref().unwrap_or_default()),
                social_accounts::auth_failed_at.eq(progress.auth_failed_at.flatten()),
                social_accounts::refreshed_at.eq(asker.now),
                social_accounts::created_at.eq(asker.now),
                social_accounts::updated_at.eq(asker.now),
            ),
        ))
        .returning(SocialAccount::columns())
        .get_result(conn)?;
    Ok(account)
}

/// Replaces token, names, picture and (when sent) the verified flag, and clears an authentication failure.
/// Id, nickname, teams and who connected it first stay.
fn refresh(
    conn: &mut Conn,
    vault: &Vault,
    asker: Asker,
    account: &SocialAccount,
    identity: &Identity,
    connection: &Connection,
) -> Result<SocialAccount> {
    let sealed = |secret: Secret, text: Option<&SecretString>| {
        let place = secret.place(account.uuid, account.workspace_id);
        text.map(|text| vault.ring().seal(&place, text.expose_secret()).as_str().to_owned())
    };
    // A new token is a new start, unless its bearer says otherwise.
    let mut progress = connection.progress.clone();
    if connection.access_token.is_some() && progress.auth_failed_at.is_none() {
        progress.auth_failed_at = Some(None);
    }
    // An account that is known by its external id keeps it; one that was not takes the request's.
    let known =
        Identity { digest: identity.digest.clone().or(account.identity().digest), ..identity.clone() };
    let key = known.key();
    if key != account.key {
        dialect::take_claim(conn, account.workspace_id, &account.provider, &key, &account.scope)?;
    }
    let refreshed = diesel::update(
        social_accounts::table
            .filter(social_accounts::workspace_id.eq(account.workspace_id))
            .filter(social_accounts::id.eq(account.id)),
    )
    .set((
        social_accounts::key.eq(&key),
        social_accounts::handle.eq(&identity.handle),
        sealed(Secret::ExternalId, connection.external_id.as_ref())
            .map(|id| social_accounts::external_id.eq(id)),
        sealed(Secret::AccessToken, connection.access_token.as_ref())
            .map(|token| social_accounts::access_token.eq(token)),
        sealed(Secret::RefreshToken, connection.refresh_token.as_ref())
            .map(|token| social_accounts::refresh_token.eq(token)),
        connection.profile.as_ref().map(|profile| {
            (
                social_accounts::screen_name.eq(&profile.screen_name),
                social_accounts::twitter_nickname.eq(&connection.twitter_nickname),
                social_accounts::logo_url.eq(&profile.logo_url),
            )
        }),
        progress,
        connection.account_verified.map(|verified| social_accounts::account_verified.eq(verified)),
        connection.location.map(|location| social_accounts::location.eq(location.name())),
        social_accounts::refreshed_at.eq(asker.now),
        social_accounts::updated_at.eq(asker.now),
    ))
    .returning(SocialAccount::columns())
    .get_result(conn)?;
    if key != account.key {
        release_claim(conn, account)?;
    }
    Ok(refreshed)
}
