//! What a key may do. No scope implies another: `write` does not allow reading, and `tokens` needs `read` beside it.
//! A row holds the scopes as a JSON array of names.

use strum::{AsRefStr, IntoStaticStr};

#[derive(Debug, Clone, Copy, PartialEq, Eq, AsRefStr, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Scope {
    /// To read everything except secrets.
    Read,
    /// To change records of the workspace, and of a member on that member's behalf.
    Write,
    /// To read the tokens of workspace accounts.
    Tokens,
    /// To change members, keys and webhooks.
    Admin,
}

impl Scope {
    pub const ALL: [Self; 4] = [Self::Read, Self::Write, Self::Tokens, Self::Admin];

    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// Renders each scope once, in the order of [`Scope::ALL`].
pub(super) fn render(scopes: &[Scope]) -> String {
    let names: Vec<&str> =
        Scope::ALL.iter().filter(|scope| scopes.contains(scope)).map(|scope| scope.name()).collect();
    serde_json::json!(names).to_string()
}

/// Skips unknown names, so that they give no right.
pub(super) fn parse(text: &str) -> Vec<Scope> {
    let names: Vec<String> = serde_json::from_str(text).unwrap_or_default();
    Scope::ALL.into_iter().filter(|scope| names.iter().any(|name| name == scope.name())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn are_parsed_as_they_were_rendered() {
        assert_eq!(render(&Scope::ALL), r#"["read","write","tokens","admin"]"#);
        assert_eq!(parse(&render(&Scope::ALL)), Scope::ALL);
        assert_eq!(
            parse(&render(&[Scope::Tokens, Scope::Read, Scope::Tokens])),
            [Scope::Read, Scope::Tokens]
        );
    }

    #[test]
    fn unknown_words_give_nothing() {
        for text in ["", "[]", "{}", "[1]", r#"["Read"]"#, r#"["all"]"#, "read"] {
            assert_eq!(parse(text), [], "{text}");
        }
        assert_eq!(parse(r#"["owner","read"]"#), [Scope::Read]);
    }
}
