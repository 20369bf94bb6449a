//! Connecting: checks for a conflict, takes the claim, and inserts or refreshes the row. Disconnecting deletes the row
//! and the claim. Each is one transaction under the workspace's lock; foreign keys are checked at COMMIT.

use std::sync::LazyLock;

use diesel::{
    dsl::{exists, not, sql},
    prelude::*,
    sql_types::Bool,
};
use secrecy::{ExposeSecret as _, SecretString};

use super::{
    Change, NewAccount, Owner, Secret, SocialAccount, TokenSource, holders::Holders, identity::Identity,
    new_row::Creator, owned_account, pasted_token,
};
use crate::{
    catalogue::object::Model,
    clock::Moment,
    db::{
        Conn, MultiBackend,
        account_record::AccountRecord,
        dialect, together,
        types::Uuid,
        unheld::{self, NewAccountRow},
    },
    error::{Error, Result},
    models::{
        actor::Actor,
        dependents,
        event::{AccountChange, Event, Verb, object},
        grant,
        location::Location,
        vault::Vault,
    },
    prepared,
    schema::{social_accounts, social_claims},
};

/// The claims on a network that only one account can have, the one with this id.
macro_rules! claim_of_no_other {
    ($workspace_id:expr, $provider:expr, $id:expr) => {{
        let others = social_accounts::table
            .filter(social_accounts::workspace_id.eq($workspace_id))
            .filter(social_accounts::provider.eq($provider))
            .filter(social_accounts::key.eq(social_claims::key))
            .filter(social_accounts::id.ne($id));
        social_claims::table
            .filter(social_claims::workspace_id.eq($workspace_id))
            .filter(social_claims::provider.eq($provider))
            .filter(not(exists(others)))
    }};
}

/// A new account, or one that its owner had already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Connected {
    New(SocialAccount),
    Refreshed(SocialAccount),
}

impl Connected {
    pub fn account(&self) -> &SocialAccount {
        match self {
            Self::New(account) | Self::Refreshed(account) => account,
        }
    }

    pub fn into_account(self) -> SocialAccount {
        match self {
            Self::New(account) | Self::Refreshed(account) => account,
        }
    }
}

/// Connects an account for `owner`, or refreshes the one that this owner has already; 422 if there is a conflict.
pub fn connect(
    conn: &mut Conn,
    vault: &Vault,
    actor: Actor,
    owner: Owner,
    new: &NewAccount,
) -> Result<Connected> {
    let identity = new.identity(vault);
    let holders = new.holders(conn, vault, actor.workspace_id, &identity)?;
    holders.expect_no_conflict(conn, actor, owner, &new.parameter)?;
    let known = match new.source {
        TokenSource::Granted(_) => holders.best_held_by(owner),
        TokenSource::Pasted | TokenSource::Written => account_to_refresh(&identity, holders.held_by(owner)),
    };
    match known {
        Some(account) => refresh(conn, vault, actor, account, &identity, new).map(Connected::Refreshed),
        None => insert(conn, vault, actor, owner, &identity, new).map(Connected::New),
    }
}

impl NewAccount {
    /// Those who may have the account already.
    pub(super) fn holders(
        &self,
        conn: &mut Conn,
        vault: &Vault,
        workspace_id: i64,
        identity: &Identity,
    ) -> Result<Holders> {
        match (self.source, &self.external_id) {
            (TokenSource::Granted(_), Some(id)) => {
                Holders::find_named(conn, vault, workspace_id, &self.provider, identity, id.expose_secret())
            }
            _ => Holders::find(conn, workspace_id, &self.provider, identity),
        }
    }
}

/// Chooses among the owner's matching accounts: the one with the same external id, otherwise the one refreshed last.
fn account_to_refresh<'a>(
    wanted: &Identity,
    own: impl Iterator<Item = &'a SocialAccount>,
) -> Option<&'a SocialAccount> {
    own.max_by_key(|account| {
        let same_external_id = wanted.digest.is_some() && account.identity().digest == wanted.digest;
        (same_external_id, account.refreshed_at, account.id)
    })
}

fn insert(
    conn: &mut Conn,
    vault: &Vault,
    actor: Actor,
    owner: Owner,
    identity: &Identity,
    new: &NewAccount,
) -> Result<SocialAccount> {
    let row = NewAccountRow::new(vault, Creator::from(actor), owner, identity, new);
    dialect::insert_claims(conn, &[row.claim()])?;
    let grant_id = new.source.grant_id();
    let values =
        (&row, social_accounts::grant_id.eq(grant_id), social_accounts::identified.eq(grant_id.is_some()));
    let query = diesel::insert_into(social_accounts::table).values(values);
    let account: SocialAccount = query.returning(SocialAccount::columns()).get_result(conn)?;
    Event::of_account(Verb::Created, &account).change(AccountChange::Connected).record(conn)?;
    Ok(account)
}

/// Inserts accounts that nobody has, all together.
pub fn insert_all(conn: &mut Conn, vault: &Vault, actor: Actor, new: &[(Owner, NewAccount)]) -> Result<()> {
    if new.is_empty() {
        return Ok(());
    }
    let row = |(owner, new): &(Owner, NewAccount)| {
        NewAccountRow::new(vault, Creator::from(actor), *owner, &new.identity(vault), new)
    };
    let rows: Vec<NewAccountRow> = new.iter().map(row).collect();
    unheld::insert_all(conn, actor.workspace_id, &rows)?;
    rows.iter().try_for_each(|row| {
        Event::of_account(Verb::Created, &row.to_account(0)).change(AccountChange::Connected).record(conn)
    })
}

/// Replaces the values that were sent; the nickname, the teams and `connected_by` stay.
pub(super) fn refresh(
    conn: &mut Conn,
    vault: &Vault,
    actor: Actor,
    account: &SocialAccount,
    identity: &Identity,
    new: &NewAccount,
) -> Result<SocialAccount> {
    let seal = |secret: Secret, text: &Option<SecretString>| {
        text.as_ref().map(|text| Some(secret.seal(vault, account.uuid, account.workspace_id, text)))
    };
    // An account without an external id gets the one of the request; another keeps its own.
    let known =
        Identity { digest: identity.digest.clone().or(account.identity().digest), ..identity.clone() };
    let profile = new.profile.as_ref();
    let tokens = account.acceptable(new);
    let change = Change {
        key: Some(&known.key()),
        handle: Some(&identity.handle),
        screen_name: profile.map(|profile| profile.screen_name.as_str()),
        twitter_nickname: profile.map(|_| new.twitter_nickname.as_str()),
        logo_url: profile.map(|profile| profile.logo_url.as_str()),
        account_verified: new.account_verified,
        location: new.location.map(Location::name),
        external_id: seal(Secret::ExternalId, &new.external_id),
        access_token: seal(Secret::AccessToken, &tokens.access_token),
        refresh_token: tokens.refresh_token.as_ref().map(|token| seal(Secret::RefreshToken, token).flatten()),
        token_id_digest: (known.digest.is_some() || tokens.access_token.is_some())
            .then(|| pasted_token::digest(vault, &known, tokens.access_token.as_ref())),
        progress: tokens.progress.after_token(tokens.access_token.is_some()),
        grant_id: tokens.grant_id,
        identified: new.source.grant_id().map(|_| true),
        refreshed_at: Some(actor.now),
        updated_at: actor.now,
        ..Change::default()
    };
    account.change(conn, vault, change)
}

static HAS_DEPENDENTS: LazyLock<String> =
    LazyLock::new(|| dependents::exist_for_model(Model::Account, "social_accounts.uuid"));

/// Deletes the account with this owner, its claim unless another account has the same key, and the records that belong to
/// it, and ends its grant unless others need it; 404 if there is no such account.
pub fn disconnect(
    conn: &mut Conn,
    vault: &Vault,
    workspace_id: i64,
    owner: Owner,
    provider: &str,
    id: i64,
    now: Moment,
) -> Result<()> {
    let account = || owned_account!(workspace_id, owner, provider, id);
    let key = account().select(social_accounts::key).single_value();
    let claim = claim_of_no_other!(workspace_id, provider, id).filter(social_claims::key.nullable().eq(key));
    let has_dependents = sql::<Bool>(&HAS_DEPENDENTS);
    let deleted: Option<(AccountRecord, String, Option<Uuid>, bool)> = together(
        conn,
        prepared!(diesel::delete(claim)),
        prepared!(diesel::delete(account()).returning((
            <AccountRecord as Selectable<MultiBackend>>::construct_selection(),
            social_accounts::handle,
            social_accounts::grant_id,
            has_dependents
        ))),
    )
    .optional()?;
    let (record, handle, grant_id, has_dependents) = deleted.ok_or(Error::NotFound)?;
    let uuid = record.uuid;
    Event::new(Verb::Deleted, object::ACCOUNT, workspace_id, &uuid.0)
        .label(handle)
        .about(owner.user_id())
        .change(AccountChange::Disconnected)
        .cells(Some(record.into_cells()))
        .record(conn)?;
    if has_dependents {
        dependents::delete_or_clear_for_model(conn, workspace_id, Model::Account, uuid.0)?;
    }
    grant_id.map_or(Ok(()), |grant_id| grant::end_if_unused(conn, vault, workspace_id, grant_id, now))
}

/// Deletes the claim of an account that has another key now, unless another account has the same key.
pub(super) fn release_claim(conn: &mut Conn, former: &SocialAccount) -> Result<()> {
    let claim = claim_of_no_other!(former.workspace_id, &former.provider, former.id)
        .filter(social_claims::key.eq(&former.key));
    diesel::delete(claim).execute(conn)?;
    Ok(())
}
