//! The token that a person has pasted for an account. One of X begins with the external id of its account and a hyphen.

use diesel::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};

use super::{Secret, SocialAccount};
use crate::{db::Conn, error::Result, models::vault::Vault, schema::social_accounts};

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
    pub(super) fn is_token_of(&self, vault: &Vault, sealed: &str, external_id: &str) -> bool {
        let token = vault.open(&Secret::AccessToken.place(self.uuid, self.workspace_id), sealed);
        token.is_ok_and(|token| begins_with(&token, external_id))
    }
}

fn begins_with(token: &SecretString, external_id: &str) -> bool {
    token.expose_secret().trim_start().strip_prefix(external_id).is_some_and(|rest| rest.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::begins_with;

    #[test]
    fn the_whole_id_and_a_hyphen_begin_a_token() {
        for (token, expected) in [
            ("7-abc", true),
            (" 7-abc", true),
            ("7", false),
            ("77-abc", false),
            ("abc-7-", false),
            ("", false),
        ] {
            assert_eq!(begins_with(&token.into(), "7"), expected, "{token:?}");
        }
    }
}
