//! Random tokens in links: invites and password resets. A stolen database reveals none: it holds only the digest of a
//! reset's token, and it holds an invite's token sealed, because `roster invites` prints it again.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The token of a link.
#[derive(Clone)]
pub struct OpaqueToken(SecretString);

impl OpaqueToken {
    /// 32 random bytes in 43 characters that need no escaping in a URL.
    pub fn generate() -> Self {
        Self(URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()).into())
    }

    /// The secret itself, for the link.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// SHA-256 in 64 hex digits, for the database.
    pub fn digest(&self) -> String {
        hex::encode(Sha256::digest(self.expose()))
    }

    /// Compares in constant time.
    pub fn matches(&self, digest: &str) -> bool {
        self.digest().as_bytes().ct_eq(digest.as_bytes()).into()
    }
}

/// A token as sent, which may be any text.
impl From<&str> for OpaqueToken {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for OpaqueToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpaqueToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::OpaqueToken;

    #[test]
    fn are_43_url_safe_characters_and_random() {
        let (one, other) = (OpaqueToken::generate(), OpaqueToken::generate());
        assert_eq!(one.expose().len(), 43);
        assert!(one.expose().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
        assert_ne!(one.expose(), other.expose());
    }

    #[test]
    fn digest_is_sha256() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(OpaqueToken::from("abc").digest(), abc);
    }

    #[test]
    fn matches_only_its_own_digest() {
        let token = OpaqueToken::generate();
        let digest = token.digest();
        assert!(OpaqueToken::from(token.expose()).matches(&digest));
        for wrong in
            [OpaqueToken::generate().digest(), String::new(), digest[1..].into(), digest.to_uppercase()]
        {
            assert!(!token.matches(&wrong), "{wrong}");
        }
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", OpaqueToken::from("hush")), "OpaqueToken(…)");
    }
}
