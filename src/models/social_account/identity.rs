//! The identity of an account: decides whether two accounts are the same one.

use unicode_normalization::UnicodeNormalization as _;

use crate::spelling::{invisible, normalise_width};

/// A normalised handle: trimmed, NFC, lower case, without a leading `@` and without invisible characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handle(String);

/// A handle without the leading `@` and the white space around it.
pub fn bare(text: &str) -> &str {
    text.trim_start_matches(|letter: char| letter == '@' || letter.is_whitespace()).trim_end()
}

impl Handle {
    /// `None` if no visible character remains.
    pub fn parse(text: &str) -> Option<Self> {
        let visible = normalise_width(&invisible::remove(&normalise_width(text)));
        let handle: String = bare(&visible).to_lowercase().nfc().collect();
        (!handle.chars().all(|letter| letter.is_whitespace() || letter.is_control())).then_some(Self(handle))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What identifies an account within a workspace and a provider: the digest of its external id if both accounts have
/// one, otherwise the handle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub digest: Option<String>,
    pub handle: String,
}

impl Identity {
    /// The identity of a row, from its columns `key` and `handle`.
    pub fn stored(key: &str, handle: &str) -> Self {
        Self { digest: key.strip_prefix("u:").map(str::to_owned), handle: handle.to_owned() }
    }

    /// The claim key: `u:` and the digest, or `h:` and the handle.
    pub fn key(&self) -> String {
        match &self.digest {
            Some(digest) => format!("u:{digest}"),
            None => format!("h:{}", self.handle),
        }
    }

    pub fn is_same_account_as(&self, other: &Self) -> bool {
        match (&self.digest, &other.digest) {
            (Some(mine), Some(theirs)) => mine == theirs,
            _ => self.handle == other.handle,
        }
    }

    /// The same without the external id.
    pub fn by_handle(&self) -> Self {
        Self { digest: None, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::{Handle, Identity};

    fn identity(digest: Option<&str>, handle: &str) -> Identity {
        Identity { digest: digest.map(str::to_owned), handle: handle.to_owned() }
    }

    #[test]
    fn spellings_of_one_handle_are_equal() {
        for spelling in [
            "@Falcons",
            " falcons ",
            "FALCONS",
            "@ falcons",
            "@@falcons",
            "@ @falcons",
            "fal\u{200b}cons\u{2800}",
            "\u{ff20}\u{feff}\u{ff26}alcons",
        ] {
            assert_eq!(Handle::parse(spelling).unwrap().as_str(), "falcons", "{spelling:?}");
        }
        for empty in ["", "@", " @ ", "@@", "\u{200b}", "@\u{feff}\u{2060} \u{200d}", "\u{ffa0}", "\u{e0041}"]
        {
            assert_eq!(Handle::parse(empty), None, "{empty:?}");
        }
    }

    #[test]
    fn external_ids_decide_if_both_have_one_and_otherwise_handles() {
        let cases = [
            (identity(Some("1"), "a"), identity(Some("1"), "b"), true),
            (identity(Some("1"), "a"), identity(Some("2"), "a"), false),
            (identity(Some("1"), "a"), identity(None, "a"), true),
            (identity(Some("1"), "a"), identity(None, "b"), false),
            (identity(None, "a"), identity(None, "a"), true),
            (identity(None, "a"), identity(None, "b"), false),
        ];
        for (one, other, same) in cases {
            assert_eq!(one.is_same_account_as(&other), same, "{one:?} {other:?}");
            assert_eq!(other.is_same_account_as(&one), same, "{other:?} {one:?}");
        }
    }

    #[test]
    fn a_stored_key_gives_its_identity_back() {
        for identity in [identity(Some("1"), "a"), identity(None, "u:a")] {
            assert_eq!(Identity::stored(&identity.key(), &identity.handle), identity);
        }
    }
}
