//! What a key may do. No scope implies another: `tokens` without `read` reads nothing, and `admin` writes nothing else.
//! A row keeps them as a JSON array.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// To read whatever is no secret.
    Read,
    /// To change what is the workspace's, or a member's on that member's behalf.
    Write,
    /// To read the tokens of workspace accounts.
    Tokens,
    /// To change members, keys and webhooks.
    Admin,
}

impl Scope {
    pub const ALL: [Self; 4] = [Self::Read, Self::Write, Self::Tokens, Self::Admin];

    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Tokens => "tokens",
            Self::Admin => "admin",
        }
    }
}

impl AsRef<str> for Scope {
    fn as_ref(&self) -> &str {
        self.name()
    }
}

/// As a row keeps them: each once, in the order of [`Scope::ALL`].
pub(super) fn written(scopes: &[Scope]) -> String {
    let names: Vec<&str> =
        Scope::ALL.iter().filter(|scope| scopes.contains(scope)).map(|scope| scope.name()).collect();
    serde_json::json!(names).to_string()
}

/// A word that names no scope gives no right.
pub(super) fn read(written: &str) -> Vec<Scope> {
    let names: Vec<String> = serde_json::from_str(written).unwrap_or_default();
    Scope::ALL.into_iter().filter(|scope| names.iter().any(|name| name == scope.name())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn are_read_as_they_were_written() {
        assert_eq!(written(&Scope::ALL), r#"["read","write","tokens","admin"]"#);
        assert_eq!(read(&written(&Scope::ALL)), Scope::ALL);
        assert_eq!(
            read(&written(&[Scope::Tokens, Scope::Read, Scope::Tokens])),
            [Scope::Read, Scope::Tokens]
        );
    }

    #[test]
    fn unknown_words_give_nothing() {
        for text in ["", "[]", "{}", "[1]", r#"["Read"]"#, r#"["all"]"#, "read"] {
            assert_eq!(read(text), [], "{text}");
        }
        assert_eq!(read(r#"["owner","read"]"#), [Scope::Read]);
    }
}
