//! The state of a consent, which returns with the browser: the workspace's id, a dash, and 43 random characters. It begins
//! with the workspace's id, so that a consent is always looked up within one workspace. Only its digest is stored.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

use crate::crypto::opaque::OpaqueToken;

#[derive(Clone)]
pub struct State {
    pub workspace_id: i64,
    text: OpaqueToken,
}

impl State {
    pub fn generate(workspace_id: i64) -> Self {
        let text = format!("{workspace_id}-{}", OpaqueToken::generate().expose());
        Self { workspace_id, text: OpaqueToken::from(text.as_str()) }
    }

    /// `None` if the text does not have the form of a state.
    pub fn parse(returned: &SecretString) -> Option<Self> {
        let text = returned.expose_secret();
        let (workspace_id, _) = text.split_once('-')?;
        Some(Self { workspace_id: workspace_id.parse().ok()?, text: OpaqueToken::from(text) })
    }

    pub fn digest(&self) -> String {
        self.text.digest()
    }

    /// For the network's page only.
    pub fn expose(&self) -> SecretString {
        self.text.expose().into()
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("State(…)")
    }
}

/// Whether this is the state with the digest. Compares in constant time.
pub fn matches(returned: &SecretString, digest: &str) -> bool {
    OpaqueToken::from(returned.expose_secret()).matches(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn begins_with_the_workspace_and_shows_itself_nowhere() {
        let state = State::generate(7);
        let returned = State::parse(&state.expose()).unwrap();
        assert_eq!(returned.workspace_id, 7);
        assert!(matches(&state.expose(), &returned.digest()));
        assert!(!matches(&State::generate(7).expose(), &returned.digest()));
        assert_eq!(format!("{state:?}"), "State(…)");
        for text in ["", "-", "7", "x-abc", "9223372036854775808-abc"] {
            assert!(State::parse(&text.into()).is_none(), "{text}");
        }
    }
}
