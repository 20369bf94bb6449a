//! A random token whose row is looked up within one workspace: it begins with the workspace's id and a dash.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

use super::opaque::OpaqueToken;

#[derive(Clone)]
pub struct WorkspaceToken {
    workspace_id: i64,
    text: OpaqueToken,
}

impl WorkspaceToken {
    pub fn generate(workspace_id: i64) -> Self {
        let text = format!("{workspace_id}-{}", OpaqueToken::generate().expose());
        Self { workspace_id, text: OpaqueToken::from(text.as_str()) }
    }

    /// `None` if the text does not have the form of such a token.
    pub fn parse(presented: &SecretString) -> Option<Self> {
        let text = presented.expose_secret();
        let (workspace_id, _) = text.split_once('-')?;
        Some(Self { workspace_id: workspace_id.parse().ok()?, text: OpaqueToken::from(text) })
    }

    pub fn workspace_id(&self) -> i64 {
        self.workspace_id
    }

    /// SHA-256 in 64 hex digits, for the database.
    pub fn digest(&self) -> String {
        self.text.digest()
    }

    /// Compares in constant time.
    pub fn matches(&self, digest: &str) -> bool {
        self.text.matches(digest)
    }

    /// The secret itself, for the link.
    pub fn expose(&self) -> &str {
        self.text.expose()
    }
}

impl fmt::Debug for WorkspaceToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WorkspaceToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn begins_with_the_workspace_id() {
        let token = WorkspaceToken::generate(7);
        assert_eq!(token.expose().len(), "7-".len() + 43);
        let presented = WorkspaceToken::parse(&token.expose().into()).unwrap();
        assert_eq!(presented.workspace_id(), 7);
        assert!(presented.matches(&token.digest()));
    }

    #[test]
    fn differs_if_any_character_differs() {
        let token = WorkspaceToken::generate(7);
        let text = token.expose();
        let others =
            [WorkspaceToken::generate(7).expose().to_owned(), format!("0{text}"), format!("{text}x")];
        for other in others {
            let presented = WorkspaceToken::parse(&other.as_str().into()).unwrap();
            assert!(!presented.matches(&token.digest()), "{other}");
        }
    }

    #[test]
    fn refuses_other_texts_and_hides_itself_in_debug_output() {
        for text in ["", "-", "7", "x-abc", "-7-abc", "9223372036854775808-abc"] {
            assert!(WorkspaceToken::parse(&text.into()).is_none(), "{text}");
        }
        assert_eq!(format!("{:?}", WorkspaceToken::generate(7)), "WorkspaceToken(…)");
    }
}
