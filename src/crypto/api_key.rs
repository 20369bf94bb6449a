//! The text of an API key: `roster_` and 60 characters that hold the workspace's id, 32 random bytes and a checksum.
//! The workspace leads, so that no index has to find a key without one; the checksum keeps typos off the database.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use super::hex;

pub const PREFIX: &str = "roster_";

const WORKSPACE_BYTES: usize = 8;
const CONTENT_BYTES: usize = WORKSPACE_BYTES + 32;
/// With five bytes of checksum the whole fills its 60 characters, and no two texts say the same.
const TOTAL_BYTES: usize = CONTENT_BYTES + 5;

/// Shown once, when it is made; at rest there is its digest alone.
#[derive(Clone)]
pub struct KeyText {
    workspace_id: i64,
    text: SecretString,
}

impl KeyText {
    pub fn generate(workspace_id: i64) -> Self {
        let mut bytes = [0; TOTAL_BYTES];
        bytes[..WORKSPACE_BYTES].copy_from_slice(&workspace_id.to_be_bytes());
        bytes[WORKSPACE_BYTES..CONTENT_BYTES].copy_from_slice(&rand::random::<[u8; 32]>());
        let checksum = checksum(&bytes[..CONTENT_BYTES]);
        bytes[CONTENT_BYTES..].copy_from_slice(&checksum);
        Self { workspace_id, text: format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)).into() }
    }

    /// What somebody presents, if it is whole. Whether there is such a key, the database knows.
    pub fn parse(text: &str) -> Option<Self> {
        let encoded =
            text.strip_prefix(PREFIX).filter(|encoded| encoded.len() == TOTAL_BYTES.div_ceil(3) * 4)?;
        let bytes = URL_SAFE_NO_PAD.decode(encoded).ok()?;
        let (content, sent_checksum) = bytes.split_at_checked(CONTENT_BYTES)?;
        let workspace_id = i64::from_be_bytes(*content.first_chunk()?);
        let is_whole = checksum(content) == sent_checksum;
        is_whole.then(|| Self { workspace_id, text: text.into() })
    }

    pub fn workspace_id(&self) -> i64 {
        self.workspace_id
    }

    /// For the one answer that shows it, and for nothing else.
    pub fn expose(&self) -> &str {
        self.text.expose_secret()
    }

    /// SHA-256 in 64 hex digits, for the database. 32 random bytes are beyond guessing: no slow hash would add to that.
    pub fn digest(&self) -> String {
        hex(&Sha256::digest(self.expose()))
    }
}

fn checksum(content: &[u8]) -> [u8; TOTAL_BYTES - CONTENT_BYTES] {
    let digest = Sha256::digest(content);
    std::array::from_fn(|index| digest[index])
}

impl fmt::Debug for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyText(…)")
    }
}

#[cfg(test)]
mod tests;
