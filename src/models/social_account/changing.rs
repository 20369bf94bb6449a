//! Changing an account: its handle, its tokens and its nickname.

use diesel::prelude::*;
use secrecy::SecretString;

use super::{
    Change, Owner, Progress, Secret, SocialAccount,
    connecting::release_claim,
    connection::ConnectedAccount,
    holders::Holders,
    identity::{Handle, Identity},
    owned_account, pasted_token,
};
use crate::{
    db::{
        Conn, GrantState, Variant,
        dialect::{self, NewClaim},
    },
    error::{Error, Result},
    models::{
        actor::Actor,
        event::{Event, Verb},
        grant,
        session::Member,
        vault::Vault,
    },
    prepared,
    schema::{account_shares, social_accounts},
};

const HANDLE_TAKEN: &str =
    "The same holder has an account with this handle already. Disconnect one of the two first.";
const PROVIDER_FIXED: &str = "The provider of an account that is known by its id there cannot change. Disconnect it and connect the other.";

impl SocialAccount {
    /// Writes a change, and records its event.
    pub(super) fn change(&self, conn: &mut Conn, vault: &Vault, change: Change) -> Result<Self> {
        let unloaded = change.unloaded_fields();
        let changed = self.write(conn, vault, change)?;
        self.record_change(conn, &changed, &unloaded)?;
        Ok(changed)
    }

    /// Takes a new claim before the row changes and releases the old claim after it. A grant that the account leaves ends
    /// if nothing else needs it.
    pub(super) fn write(&self, conn: &mut Conn, vault: &Vault, change: Change) -> Result<Self> {
        let now = change.updated_at;
        let workspace_id = change.workspace_id.unwrap_or(self.workspace_id);
        let provider = change.provider.unwrap_or(&self.provider);
        let key = change.key.unwrap_or(&self.key);
        let claim_changes = workspace_id != self.workspace_id || provider != self.provider || key != self.key;
        if claim_changes {
            dialect::insert_claims(conn, &[NewClaim { workspace_id, provider, key, scope: &self.scope }])?;
        }
        let update = diesel::update(
            social_accounts::table
                .filter(social_accounts::workspace_id.eq(self.workspace_id))
                .filter(social_accounts::id.eq(self.id)),
        )
        .set(change)
        .returning(Self::columns());
        let changed: Self = Variant(update).get_result(conn)?;
        if claim_changes {
            release_claim(conn, self)?;
        }
        if let Some(left) = self.grant_id
            && changed.grant_id != Some(left)
        {
            grant::end_if_unused(conn, vault, self.workspace_id, left, now)?;
        }
        Ok(changed)
    }
}

/// New tokens and progress. `None` leaves a value as it is; of a token, `Some(None)` removes it.
#[derive(Default, Clone)]
pub struct Changes {
    pub access_token: Option<Option<SecretString>>,
    pub refresh_token: Option<Option<SecretString>>,
    pub progress: Progress,
}

impl Changes {
    fn without_tokens(&self) -> Self {
        Self { progress: self.progress.clone().without_tokens(), ..Self::default() }
    }
}

impl Progress {
    /// Without what a grant decides.
    pub(super) fn without_tokens(self) -> Self {
        Self { scopes: None, auth_failed_at: None, ..self }
    }

    /// A new access token clears an authentication failure, unless the request sets `auth_failed_at` itself.
    pub(super) fn after_token(mut self, is_new: bool) -> Self {
        if is_new && self.auth_failed_at.is_none() {
            self.auth_failed_at = Some(None);
        }
        self
    }
}

pub fn update(
    conn: &mut Conn,
    vault: &Vault,
    actor: Actor,
    account: &SocialAccount,
    changes: &Changes,
) -> Result<()> {
    let seal = |secret: Secret, text: &Option<Option<SecretString>>| {
        let seal = |text: &SecretString| secret.seal(vault, account.uuid, account.workspace_id, text);
        text.as_ref().map(|text| text.as_ref().map(seal))
    };
    // What a grant gives is not written by hand.
    let changes = &if account.grant_id.is_some() { changes.without_tokens() } else { changes.clone() };
    let has_new_token = matches!(changes.access_token, Some(Some(_)));
    let change = Change {
        access_token: seal(Secret::AccessToken, &changes.access_token),
        refresh_token: seal(Secret::RefreshToken, &changes.refresh_token),
        token_id_digest: changes
            .access_token
            .as_ref()
            .map(|token| pasted_token::digest(vault, &account.identity(), token.as_ref())),
        progress: changes.progress.clone().after_token(has_new_token),
        updated_at: actor.now,
        ..Change::default()
    };
    account.change(conn, vault, change).map(drop)
}

/// Changes the handle or the network of an account, and its claim if that is by handle. The handle comes with the text
/// that was entered. An account with an external id cannot change its network.
pub fn rename(
    conn: &mut Conn,
    vault: &Vault,
    actor: Actor,
    account: &SocialAccount,
    provider: &str,
    (handle, entered): (&Handle, &str),
    parameter: &str,
) -> Result<SocialAccount> {
    let identity = Identity { handle: handle.as_str().to_owned(), ..account.identity() };
    if provider != account.provider && identity.digest.is_some() {
        return Err(Error::invalid("provider", "fixed", PROVIDER_FIXED));
    }
    if identity.handle != account.handle || provider != account.provider {
        Holders::find(conn, actor.workspace_id, provider, &identity)?.except(account).expect_free(
            conn,
            actor,
            account.owner(),
            parameter,
            HANDLE_TAKEN,
        )?;
    }
    // A screen name that equals the old handle changes with it.
    let screen_name = (account.screen_name == account.twitter_nickname).then_some(entered);
    let change = Change {
        provider: Some(provider),
        key: Some(&identity.key()),
        handle: Some(&identity.handle),
        screen_name,
        twitter_nickname: Some(entered),
        updated_at: actor.now,
        ..Change::default()
    };
    account.change(conn, vault, change)
}

/// Changes the nickname of an account with this owner, if one is given; 404 if there is no such account.
pub(super) fn change_nickname(
    conn: &mut Conn,
    member: &Member,
    owner: Owner,
    provider: &str,
    id: i64,
    nickname: Option<&str>,
) -> Result<ConnectedAccount> {
    let account = owned_account!(member.workspace_id, owner, provider, id);
    let columns = (SocialAccount::columns(), GrantState);
    let Some(nickname) = nickname else {
        let found: Option<(SocialAccount, Option<String>)> =
            prepared!(account.select(columns)).get_result(conn).optional()?;
        let (account, grant) = found.ok_or(Error::NotFound)?;
        return ConnectedAccount::new(account, grant.as_deref(), member.now);
    };
    let change = (social_accounts::nickname.eq(nickname), social_accounts::updated_at.eq(member.now));
    let changed: Option<(SocialAccount, Option<String>)> =
        prepared!(diesel::update(account).set(change).returning(columns)).get_result(conn).optional()?;
    let (account, grant) = changed.ok_or(Error::NotFound)?;
    Event::of_account(Verb::Updated, &account).fields(["nickname"]).record(conn)?;
    ConnectedAccount::new(account, grant.as_deref(), member.now)
}

pub(super) fn unshare(conn: &mut Conn, account: &SocialAccount) -> Result<()> {
    diesel::delete(
        account_shares::table
            .filter(account_shares::workspace_id.eq(account.workspace_id))
            .filter(account_shares::account_id.eq(account.id)),
    )
    .execute(conn)?;
    Ok(())
}

pub fn teams_count(conn: &mut Conn, account: &SocialAccount) -> Result<i64> {
    let shares = account_shares::table
        .filter(account_shares::workspace_id.eq(account.workspace_id))
        .filter(account_shares::account_id.eq(account.id));
    Ok(prepared!(shares.count()).get_result(conn)?)
}
