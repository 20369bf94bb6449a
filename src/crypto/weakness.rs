//! Passwords that may not be chosen: too short, too long or too common.
//! No rules about kinds of characters (NIST SP 800-63B, 3.1.1.2). Lengths are in characters, not bytes.

use super::{common_passwords, password::normalise};

const MIN_LENGTH: usize = 8;
const MAX_LENGTH: usize = 128;

/// Why a password may not be chosen. `Display` gives the contract's sentence without its subject ("Password").
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Weakness {
    #[error("is too short (minimum is {MIN_LENGTH} characters)")]
    TooShort,
    #[error("is too long (maximum is {MAX_LENGTH} characters)")]
    TooLong,
    #[error("is too common")]
    TooCommon,
}

/// For new passwords only: one that is in use stays valid.
pub fn find_weakness(password: &str) -> Option<Weakness> {
    let password = normalise(password);
    match password.chars().count() {
        ..MIN_LENGTH => Some(Weakness::TooShort),
        length if length > MAX_LENGTH => Some(Weakness::TooLong),
        _ => common_passwords::contains(&password).then_some(Weakness::TooCommon),
    }
}

#[cfg(test)]
mod tests {
    use super::find_weakness;

    #[test]
    fn has_the_sentences_of_the_contract() {
        let long = "é".repeat(128);
        for (password, sentence) in [
            ("", "is too short (minimum is 8 characters)"),
            ("sevench", "is too short (minimum is 8 characters)"),
            ("ééééééé", "is too short (minimum is 8 characters)"),
            ("e\u{301}e\u{301}e\u{301}e\u{301}", "is too short (minimum is 8 characters)"),
            (&format!("{long}a"), "is too long (maximum is 128 characters)"),
            ("Password1", "is too common"),
            ("12345678", "is too common"),
        ] {
            assert_eq!(
                find_weakness(password).map(|weakness| weakness.to_string()).as_deref(),
                Some(sentence),
                "{password}"
            );
        }
        for password in ["éééééééé", "eight 8s", "correct horse battery staple", &long] {
            assert_eq!(find_weakness(password), None, "{password}");
        }
    }
}
