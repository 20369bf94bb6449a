//! The scopes of an API key. No scope implies another: `write` does not allow reading, and `tokens` is only useful with
//! `read`. They are stored as a JSON array of names.

use strum::{AsRefStr, IntoStaticStr};

#[derive(Debug, Clone, Copy, PartialEq, Eq, AsRefStr, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Scope {
    /// Read everything except secrets.
    Read,
    /// Change records of the workspace, and a member's records on that member's behalf.
    Write,
    /// Read the tokens of workspace accounts.
    Tokens,
    /// Change members, keys and webhooks.
    Admin,
}

impl Scope {
    pub const ALL: [Self; 4] = [Self::Read, Self::Write, Self::Tokens, Self::Admin];

    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// Renders the JSON array, with each scope once, in the order of [`Scope::ALL`].
pub(super) fn render(scopes: &[Scope]) -> String {
    let names: Vec<&str> =
        Scope::ALL.iter().filter(|scope| scopes.contains(scope)).map(|scope| scope.name()).collect();
    serde_json::json!(names).to_string()
}

/// Parses the JSON array. Ignores unknown names and invalid JSON, so that they grant nothing.
pub(super) fn parse(text: &str) -> Vec<Scope> {
    let names: Vec<String> = serde_json::from_str(text).unwrap_or_default();
    Scope::ALL.into_iter().filter(|scope| names.iter().any(|name| name == scope.name())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_returns_what_render_wrote() {
        assert_eq!(render(&Scope::ALL), r#"["read","write","tokens","admin"]"#);
        assert_eq!(parse(&render(&Scope::ALL)), Scope::ALL);
        assert_eq!(
            parse(&render(&[Scope::Tokens, Scope::Read, Scope::Tokens])),
            [Scope::Read, Scope::Tokens]
        );
    }

    #[test]
    fn unknown_names_grant_nothing() {
        for text in ["", "[]", "{}", "[1]", r#"["Read"]"#, r#"["all"]"#, "read"] {
            assert_eq!(parse(text), [], "{text}");
        }
        assert_eq!(parse(r#"["owner","read"]"#), [Scope::Read]);
    }
}
