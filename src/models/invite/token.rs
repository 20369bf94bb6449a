//! The token of an invite: the workspace's id, a dash, and 43 random characters. It begins with the workspace's id, so
//! that an invite is always looked up within one workspace. It is stored sealed.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

use super::Invite;
use crate::{
    crypto::{
        opaque::OpaqueToken,
        seal::{Place, Sealed},
    },
    db::{Lane, types::Uuid},
    models::vault::Vault,
};

#[derive(Clone)]
pub struct InviteToken {
    workspace_id: i64,
    text: OpaqueToken,
}

impl InviteToken {
    pub fn generate(workspace_id: i64) -> Self {
        let text = format!("{workspace_id}-{}", OpaqueToken::generate().expose());
        Self { workspace_id, text: OpaqueToken::from(text.as_str()) }
    }

    /// `None` if the text does not have the form of a token.
    pub fn parse(presented: &SecretString) -> Option<Self> {
        let text = presented.expose_secret();
        let (workspace_id, _) = text.split_once('-')?;
        Some(Self { workspace_id: workspace_id.parse().ok()?, text: OpaqueToken::from(text) })
    }

    pub fn workspace_id(&self) -> i64 {
        self.workspace_id
    }

    /// For requests with this token, which lock its workspace.
    pub fn lane(presented: &SecretString) -> Lane {
        Lane::of_workspace(Self::parse(presented).map(|token| token.workspace_id))
    }

    /// Compares in constant time.
    pub fn is(&self, other: &Self) -> bool {
        self.text.matches(&other.text.digest())
    }

    /// The text, for the invite link only.
    pub fn expose(&self) -> &str {
        self.text.expose()
    }

    /// Seals the token for the row with this uuid.
    pub(super) fn seal(&self, vault: &Vault, row: Uuid) -> Sealed {
        vault.ring().seal(&place(row, self.workspace_id), self.expose())
    }

    /// `None` if it does not open: the invite has to be sent again.
    pub(super) fn open(vault: &Vault, invite: &Invite, sealed: &str) -> Option<Self> {
        let text = vault.open(&place(invite.uuid, invite.workspace_id), sealed).ok()?;
        Some(Self { workspace_id: invite.workspace_id, text: OpaqueToken::from(text.expose_secret()) })
    }
}

fn place(row: Uuid, workspace: i64) -> Place {
    Place { table: "invites", column: "token", row: row.0, workspace }
}

impl fmt::Debug for InviteToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InviteToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn begins_with_the_workspace_id() {
        let token = InviteToken::generate(7);
        assert_eq!(token.expose().len(), "7-".len() + 43);
        let presented = InviteToken::parse(&token.expose().into()).unwrap();
        assert_eq!(presented.workspace_id(), 7);
        assert!(presented.is(&token));
    }

    #[test]
    fn differs_if_any_character_differs() {
        let token = InviteToken::generate(7);
        let text = token.expose();
        let others = [InviteToken::generate(7).expose().to_owned(), format!("0{text}"), format!("{text}x")];
        for other in others {
            let presented = InviteToken::parse(&other.as_str().into()).unwrap();
            assert!(!presented.is(&token), "{other}");
        }
    }

    #[test]
    fn refuses_other_texts_and_hides_itself_in_debug_output() {
        for text in ["", "-", "7", "x-abc", "-7-abc", "9223372036854775808-abc"] {
            assert!(InviteToken::parse(&text.into()).is_none(), "{text}");
        }
        assert_eq!(format!("{:?}", InviteToken::generate(7)), "InviteToken(…)");
    }
}
