//! Recognises secret parameters by their names, like Rails' `filter_parameters`.

/// Replaces the value of a secret.
pub const FILTERED: &str = "[FILTERED]";

const SECRET_WORDS: [&str; 5] = ["token", "passw", "secret", "_uid", "invite"];

/// Whether a name is that of a secret, or a text contains such a name.
pub fn is_secret(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    SECRET_WORDS.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognises_secrets_by_name() {
        for name in
            ["twitter_token", "fb_uid", "password", "current_password", "reset_password_token", "Token"]
        {
            assert!(is_secret(name), "{name}");
        }
        for name in ["screen_name", "location", "guidedWalkthrough", "email", "id"] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
