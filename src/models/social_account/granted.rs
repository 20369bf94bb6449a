//! Accounts whose token comes from a grant. The current access token is also in the account's own column, sealed for it, so
//! that reading accounts needs no second table.

use diesel::prelude::*;
use secrecy::SecretString;

use super::{Change, NewAccount, Progress, Secret, SocialAccount, TokenSource, breaking::BrokenAccount};
use crate::{
    clock::Moment,
    db::{Conn, types::Uuid},
    error::Result,
    models::{
        event::{AccountChange, Event, Verb},
        vault::Vault,
    },
    prepared,
    schema::social_accounts,
};

/// What a request changes of the tokens of an account. `None` leaves a value as it is.
pub(super) struct AcceptableTokens {
    pub access_token: Option<SecretString>,
    /// `Some(None)` removes it.
    pub refresh_token: Option<Option<SecretString>>,
    pub progress: Progress,
    pub grant_id: Option<Option<Uuid>>,
}

impl TokenSource {
    /// The grant of a new account.
    pub(super) fn grant_id(self) -> Option<Uuid> {
        match self {
            Self::Granted(id) => Some(id),
            Self::Pasted | Self::Written => None,
        }
    }
}

impl SocialAccount {
    /// What a request to connect this account again may change, by where its token comes from.
    pub(super) fn acceptable(&self, new: &NewAccount) -> AcceptableTokens {
        let sent = AcceptableTokens {
            access_token: new.access_token.clone(),
            refresh_token: new.refresh_token.clone().map(Some),
            progress: new.progress.clone(),
            grant_id: None,
        };
        match new.source {
            TokenSource::Granted(id) => {
                AcceptableTokens { refresh_token: Some(None), grant_id: Some(Some(id)), ..sent }
            }
            TokenSource::Pasted => AcceptableTokens { grant_id: Some(None), ..sent },
            TokenSource::Written if self.grant_id.is_some() => AcceptableTokens {
                access_token: None,
                refresh_token: None,
                progress: sent.progress.without_tokens(),
                grant_id: None,
            },
            TokenSource::Written => sent,
        }
    }
}

/// Gives the accounts of a grant its new token, and its scopes unless they are as before.
pub fn renew(
    conn: &mut Conn,
    vault: &Vault,
    workspace_id: i64,
    grant_id: Uuid,
    access_token: &SecretString,
    scopes: Option<&str>,
    now: Moment,
) -> Result<()> {
    let accounts: Vec<SocialAccount> = social_accounts::table
        .filter(social_accounts::workspace_id.eq(workspace_id))
        .filter(social_accounts::grant_id.eq(Some(grant_id)))
        .order(social_accounts::id)
        .select(SocialAccount::columns())
        .load(conn)?;
    for account in accounts {
        let change = Change {
            access_token: Some(Some(Secret::AccessToken.seal(
                vault,
                account.uuid,
                workspace_id,
                access_token,
            ))),
            progress: Progress {
                scopes: scopes.map(str::to_owned),
                auth_failed_at: Some(None),
                ..Progress::default()
            },
            updated_at: now,
            ..Change::default()
        };
        let unloaded = change.unloaded_fields();
        let renewed = account.write(conn, vault, change)?;
        // A new token in place of one that works is no event.
        if account.auth_failed_at.is_some() {
            account.record_change(conn, &renewed, &unloaded)?;
        }
    }
    Ok(())
}

/// Takes the token from the accounts of a grant that its network has refused, and has people told.
pub fn fail(conn: &mut Conn, vault: &Vault, workspace_id: i64, grant_id: Uuid, now: Moment) -> Result<()> {
    let accounts = social_accounts::table
        .filter(social_accounts::workspace_id.eq(workspace_id))
        .filter(social_accounts::grant_id.eq(Some(grant_id)))
        .filter(social_accounts::auth_failed_at.is_null());
    let change = (
        social_accounts::access_token.eq(None::<String>),
        social_accounts::auth_failed_at.eq(Some(now)),
        social_accounts::updated_at.eq(now),
    );
    let failed: Vec<SocialAccount> =
        prepared!(diesel::update(accounts).set(change).returning(SocialAccount::columns())).load(conn)?;
    failed.into_iter().try_for_each(|account| {
        let event = Event::of_account(Verb::Updated, &account).change(AccountChange::Broke);
        event.fields(["authFailedAt"]).record(conn)?;
        BrokenAccount { workspace_id, account_id: account.id }.insert(conn, vault, now)
    })
}
