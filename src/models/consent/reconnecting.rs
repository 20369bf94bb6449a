//! A consent that is for one account: the network may name another one, or the account may have gone; then nothing is
//! connected.

use serde::{Deserialize, Serialize};

use super::{Consent, Refusal};
use crate::{
    db::Conn,
    error::{Error, Result},
    models::{
        social_account::{
            SocialAccount,
            identity::{Handle, Identity, bare},
            reconnecting,
        },
        vault::Vault,
    },
    networks::consent::Profile,
};

/// Why the account to reconnect cannot be connected.
pub(super) enum Mismatch {
    /// It was disconnected, or has another owner.
    Gone,
    Different(DifferentAccount),
}

/// The handles of the account to reconnect and of the one that the network named. It is kept as the outcome, so that the
/// answer is the same when the request is repeated.
#[derive(Serialize, Deserialize)]
pub(super) struct DifferentAccount {
    expected: String,
    named: String,
}

impl Mismatch {
    /// The stored reason, which the API answers too.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Gone => Refusal::AccountGone.code(),
            Self::Different(_) => DifferentAccount::CODE,
        }
    }

    pub fn to_error(&self, field: &str, network: &str) -> Error {
        match self {
            Self::Gone => Refusal::AccountGone.to_error(field, network, None),
            Self::Different(different) => different.to_error(field, network),
        }
    }
}

impl DifferentAccount {
    const CODE: &str = "different_account";

    fn to_error(&self, field: &str, network: &str) -> Error {
        let Self { expected, named } = self;
        let sentence = format!(
            "{network} has named @{named}, but this account is @{expected}. Sign in at {network} as @{expected} and start \
             again."
        );
        Error::invalid(field, Self::CODE, sentence)
    }
}

impl Consent {
    /// The account to reconnect, if its owner still has it.
    pub(super) fn account_to_reconnect(&self, conn: &mut Conn) -> Result<Option<SocialAccount>> {
        let Some(id) = self.account_id else { return Ok(None) };
        reconnecting::find(conn, self.workspace_id, self.owner(), &self.provider, id)
    }

    /// `None` if one of the accounts that the network named is the one to reconnect, or if any may be connected.
    pub(super) fn mismatch(
        &self,
        conn: &mut Conn,
        vault: &Vault,
        profiles: &[Profile],
    ) -> Result<Option<Mismatch>> {
        if self.account_id.is_none() {
            return Ok(None);
        }
        let Some(account) = self.account_to_reconnect(conn)? else { return Ok(Some(Mismatch::Gone)) };
        for profile in profiles {
            let named = identity(vault, &self.provider, profile);
            if account.is_named(conn, vault, &named, &profile.external_id)? {
                return Ok(None);
            }
        }
        let named: Vec<&str> = profiles.iter().map(|profile| profile.handle.as_str()).collect();
        Ok(Some(Mismatch::Different(DifferentAccount {
            expected: bare(&account.twitter_nickname).to_owned(),
            named: named.join(", @"),
        })))
    }

    /// The error of a consent that has failed.
    pub(super) fn failure(
        &self,
        conn: &mut Conn,
        vault: &Vault,
        field: &str,
        network: &str,
    ) -> Result<Error> {
        if self.reason.as_deref() == Some(DifferentAccount::CODE) {
            return Ok(self.outcome::<DifferentAccount>(conn, vault)?.to_error(field, network));
        }
        Ok(Refusal::stored(self.reason.as_deref()).to_error(field, network, None))
    }
}

/// The identity that the network gives an account.
pub(super) fn identity(vault: &Vault, provider: &str, profile: &Profile) -> Identity {
    let handle = Handle::parse(&profile.handle);
    Identity {
        digest: Some(vault.identity().digest(provider, &profile.external_id)),
        handle: handle.as_ref().map_or("", Handle::as_str).to_owned(),
    }
}
