//! Which parameters are never shown again, judged by their names as Rails' `filter_parameters` does.

/// What stands in the place of a secret.
pub const FILTERED: &str = "[FILTERED]";

const SECRET: [&str; 5] = ["token", "passw", "secret", "_uid", "invite"];

/// Whether a parameter of this name is secret, or a text speaks of one.
pub fn is_secret(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    SECRET.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_secrets_by_name() {
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
