//! The text of an API key: `roster_` and 60 characters that hold the workspace's id, 32 random bytes and a checksum.
//! The workspace's id lets every index begin with the workspace; the checksum rejects typing errors without a query.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// The beginning of every key.
pub const PREFIX: &str = "roster_";

const WORKSPACE_BYTES: usize = 8;
const CONTENT_BYTES: usize = WORKSPACE_BYTES + 32;
/// Five bytes of checksum fill the 60 characters exactly, so each key has only one text.
const TOTAL_BYTES: usize = CONTENT_BYTES + 5;

/// The text of a key, shown once when the key is created. The database holds only its digest.
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

    /// `None` if the form or the checksum is wrong. Only the database shows whether the key exists.
    pub fn parse(text: &str) -> Option<Self> {
        let encoded =
            text.strip_prefix(PREFIX).filter(|encoded| encoded.len() == TOTAL_BYTES.div_ceil(3) * 4)?;
        let bytes = URL_SAFE_NO_PAD.decode(encoded).ok()?;
        let (content, sent_checksum) = bytes.split_at_checked(CONTENT_BYTES)?;
        let workspace_id = i64::from_be_bytes(*content.first_chunk()?);
        (checksum(content) == sent_checksum).then(|| Self { workspace_id, text: text.into() })
    }

    pub fn workspace_id(&self) -> i64 {
        self.workspace_id
    }

    /// The secret itself, for the one answer that shows it.
    pub fn expose(&self) -> &str {
        self.text.expose_secret()
    }

    /// SHA-256 in 64 hex digits, for the database. 32 random bytes cannot be guessed, so a slow hash would add nothing.
    pub fn digest(&self) -> String {
        hex::encode(Sha256::digest(self.expose()))
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
