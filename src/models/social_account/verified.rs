//! Accounts with what is known of their tokens, and with the tokens themselves for those who may read them: the holder of
//! a personal account, and admins for accounts of the workspace. No network is asked.

use std::collections::HashMap;

use diesel::prelude::*;
use secrecy::SecretString;

use super::{Owner, Secret, SocialAccount};
use crate::{
    clock::Moment,
    db::{Conn, among, types::Uuid},
    error::Result,
    models::{
        grant::{self, Condition},
        page::{Listed, Page},
        session::Viewer,
        vault::Vault,
    },
    prepared,
    schema::{grants, social_accounts},
};

/// The sentence about an account whose token does not work any more.
pub const RECONNECT: &str =
    "Something went wrong and this account was disconnected. Please reconnect this account in your settings.";

pub struct VerifiedAccount {
    pub account: SocialAccount,
    /// Whether its token works, as far as is known.
    pub works: bool,
    /// What the viewer may read.
    pub secrets: Secrets,
    /// The grant of the token, if the viewer may read it.
    pub readable_grant: Option<Uuid>,
    /// Whether the grant is to know that its token is read.
    pub is_noted: bool,
}

#[derive(Default)]
pub struct Secrets {
    pub external_id: Option<SecretString>,
    pub access_token: Option<SecretString>,
}

/// What is stored of an account's token, with the condition of its grant.
#[derive(Queryable)]
struct Stored {
    id: i64,
    external_id: Option<String>,
    access_token: Option<String>,
    grant: Option<Condition>,
}

impl Viewer {
    /// One page of the accounts on a network that the viewer sees, their own first.
    pub fn verified_accounts(
        &self,
        conn: &mut Conn,
        vault: &Vault,
        provider: &str,
        page: Page,
    ) -> Result<Listed<VerifiedAccount>> {
        let listed = self.accounts_on(conn, provider, page)?;
        let mut stored = Stored::load(conn, self.workspace_id, &listed.rows)?;
        Ok(listed.map(|account| {
            let stored = stored.remove(&account.id);
            let may_read = self.may_read_tokens_of(&account);
            let works =
                account.auth_failed_at.is_none() && !stored.as_ref().is_some_and(Stored::needs_reconnect);
            let last_read_at = stored.as_ref().and_then(|stored| stored.grant.as_ref()?.last_read_at);
            VerifiedAccount {
                works,
                readable_grant: account.grant_id.filter(|_| may_read),
                is_noted: may_read && works && grant::is_reading_due(last_read_at, self.now),
                secrets: stored
                    .filter(|_| may_read)
                    .map(|stored| stored.open(vault, &account, self.now))
                    .unwrap_or_default(),
                account,
            }
        }))
    }

    fn may_read_tokens_of(&self, account: &SocialAccount) -> bool {
        match account.owner() {
            Owner::Workspace => self.is_admin(),
            Owner::Person(id) => id == self.user_id,
        }
    }
}

impl Stored {
    /// By the ids of the accounts.
    fn load(conn: &mut Conn, workspace_id: i64, accounts: &[SocialAccount]) -> Result<HashMap<i64, Self>> {
        let grant = grants::table.on(grants::workspace_id
            .eq(social_accounts::workspace_id)
            .and(grants::id.nullable().eq(social_accounts::grant_id)));
        let stored = social_accounts::table
            .left_join(grant)
            .filter(social_accounts::workspace_id.eq(workspace_id))
            .filter(among(social_accounts::id, accounts.iter().map(|account| account.id)))
            .select((
                social_accounts::id,
                social_accounts::external_id,
                social_accounts::access_token,
                Option::<Condition>::as_select(),
            ));
        let stored: Vec<Self> = prepared!(stored).load(conn)?;
        Ok(stored.into_iter().map(|stored| (stored.id, stored)).collect())
    }

    fn needs_reconnect(&self) -> bool {
        self.grant.as_ref().is_some_and(Condition::needs_reconnect)
    }

    /// Without a token of a grant that is known not to work, and without what does not open.
    fn open(self, vault: &Vault, account: &SocialAccount, now: Moment) -> Secrets {
        let open = |secret: Secret, sealed: Option<String>| {
            vault.open(&secret.place(account.uuid, account.workspace_id), &sealed?).ok()
        };
        let is_living = self.grant.as_ref().is_none_or(|grant| grant.is_living(now));
        Secrets {
            external_id: open(Secret::ExternalId, self.external_id),
            access_token: open(Secret::AccessToken, self.access_token.filter(|_| is_living)),
        }
    }
}
