//! The token that a person has pasted for an account. One of X begins with the external id of its account and a hyphen. The
//! digest of that id is stored with an account without an external id, so that the account is found without opening the
//! tokens of others; then the token decides.

use diesel::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};

use super::{Secret, SocialAccount, identity::Identity};
use crate::{db::Conn, error::Result, models::vault::Vault, schema::social_accounts};

/// The migration with which the digests are stored.
pub const MIGRATION: &str = "20261129000053";

/// So many rows are in memory at once.
const PIECE: i64 = 1_000;

/// The digest of the id with which the token of an account begins. `None` if the account has an external id, by which it
/// is known, or if its token begins with none.
pub(super) fn digest(vault: &Vault, identity: &Identity, token: Option<&SecretString>) -> Option<String> {
    if identity.digest.is_some() {
        return None;
    }
    Some(vault.identity().digest_in_token(external_id(token?)?))
}

/// Stores the digests for the tokens of earlier builds.
pub fn store_digests(conn: &mut Conn, vault: &Vault) -> Result<()> {
    let mut after = 0;
    loop {
        let piece: Vec<(SocialAccount, String)> = social_accounts::table
            .filter(social_accounts::id.gt(after))
            .filter(social_accounts::key.like("h:%"))
            .filter(social_accounts::access_token.is_not_null())
            .order(social_accounts::id)
            .limit(PIECE)
            .select((SocialAccount::columns(), social_accounts::access_token.assume_not_null()))
            .load(conn)?;
        let Some((last, _)) = piece.last() else { return Ok(()) };
        after = last.id;
        for (account, sealed) in piece {
            let token = account.open_token(vault, &sealed);
            let Some(digest) = digest(vault, &account.identity(), token.as_ref()) else { continue };
            let row = social_accounts::table
                .filter(social_accounts::workspace_id.eq(account.workspace_id))
                .filter(social_accounts::id.eq(account.id));
            diesel::update(row).set(social_accounts::token_id_digest.eq(Some(digest))).execute(conn)?;
        }
    }
}

impl SocialAccount {
    /// Whether its token was pasted and begins with this external id. One that does not open has no beginning.
    pub(super) fn has_token_of(&self, conn: &mut Conn, vault: &Vault, external_id: &str) -> Result<bool> {
        if self.grant_id.is_some() {
            return Ok(false);
        }
        let sealed: Option<String> = social_accounts::table
            .filter(social_accounts::workspace_id.eq(self.workspace_id))
            .filter(social_accounts::id.eq(self.id))
            .select(social_accounts::access_token)
            .first(conn)?;
        Ok(sealed.is_some_and(|sealed| self.is_token_of(vault, &sealed, external_id)))
    }

    /// Whether the sealed token of this account begins with this external id.
    pub(super) fn is_token_of(&self, vault: &Vault, sealed: &str, id: &str) -> bool {
        self.open_token(vault, sealed).is_some_and(|token| external_id(&token) == Some(id))
    }

    fn open_token(&self, vault: &Vault, sealed: &str) -> Option<SecretString> {
        vault.open(&Secret::AccessToken.place(self.uuid, self.workspace_id), sealed).ok()
    }
}

/// The external id with which a token begins.
fn external_id(token: &SecretString) -> Option<&str> {
    let (id, _) = token.expose_secret().trim_start().split_once('-')?;
    (!id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::external_id;

    #[test]
    fn digits_and_a_hyphen_begin_a_token() {
        for (token, expected) in [
            ("7-abc", Some("7")),
            (" 7-abc-8", Some("7")),
            ("77-", Some("77")),
            ("7", None),
            ("abc-7-", None),
            ("7x-abc", None),
            ("-7", None),
            ("", None),
        ] {
            assert_eq!(external_id(&token.into()), expected, "{token:?}");
        }
    }
}
