//! The 10,000 passwords that attackers try first. `common_passwords/README.md` names the source.

use std::sync::LazyLock;

static SORTED: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("common_passwords/10000.txt").lines().collect());

/// Ignores the case.
pub(super) fn contains(password: &str) -> bool {
    SORTED.binary_search(&password.to_lowercase().as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{SORTED, contains};

    #[test]
    fn are_ten_thousand_sorted_and_lower_case() {
        assert_eq!(SORTED.len(), 10_000);
        assert!(SORTED.is_sorted_by(|one, next| one < next));
        assert!(SORTED.iter().all(|password| password.to_lowercase() == *password));
    }

    #[test]
    fn are_found_in_any_case() {
        for password in
            ["password", "PassWord", "12345678", "qwertyuiop", "TrustNo1", SORTED[0], SORTED[9_999]]
        {
            assert!(contains(password), "{password}");
        }
        for password in
            ["", "correct horse battery staple", "password\n", " password", "password12345password"]
        {
            assert!(!contains(password), "{password}");
        }
    }
}
