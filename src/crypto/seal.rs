//! Seals secrets for the database with XChaCha20-Poly1305 and a random nonce. The form of a sealed value is
//! `enc:v1:<key id>:<base64url of nonce and ciphertext>`.
//! A sealed value opens only in the place it was sealed for (contract, "Secrets").

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    XNonce,
    aead::{Aead, Payload},
};
use secrecy::SecretString;
use uuid::Uuid;

use super::{key::Key, key_ring::KeyRing, length_prefixed};

const PREFIX: &str = "enc:v1:";
const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;

/// The place of a sealed value, which is its associated data. The row's owner is not part of it, so that a transfer
/// within a workspace needs no new sealing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub table: &'static str,
    pub column: &'static str,
    /// The row's random uuid.
    pub row: Uuid,
    pub workspace: i64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, column, row, workspace } = self;
        write!(f, "{table}.{column} of the row {row} in workspace {workspace}")
    }
}

/// A text of the right form. Only [`KeyRing::open`] shows whether it can be opened.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(String);

/// Why a sealed value cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    #[error("This is not a sealed value of the form {PREFIX}<key id>:<text>")]
    Malformed,
    #[error(
        "A secret was sealed with the key {0}, which is not in the key file: add that key as a further line"
    )]
    UnknownKey(String),
    #[error("A secret cannot be opened in its place: it was changed, or copied here from another place")]
    NotAuthentic,
}

impl KeyRing {
    /// Seals with the first key.
    pub fn seal(&self, place: &Place, secret: &str) -> Sealed {
        let key = self.current();
        let nonce: [u8; NONCE_BYTES] = rand::random();
        let mut bytes = nonce.to_vec();
        bytes.extend(encrypt(key, nonce.into(), place, secret));
        Sealed(format!("{PREFIX}{}:{}", key.id, URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Opens with the key that the sealed value names.
    pub fn open(&self, place: &Place, sealed: &Sealed) -> Result<SecretString, OpenError> {
        let (key_id, bytes) = decode(&sealed.0).ok_or(OpenError::Malformed)?;
        let key = self.key(key_id).ok_or_else(|| OpenError::UnknownKey(key_id.to_owned()))?;
        let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or(OpenError::Malformed)?;
        let payload = Payload { msg: ciphertext, aad: &associated_data(key, place) };
        let opened =
            key.cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| OpenError::NotAuthentic)?;
        String::from_utf8(opened).map(SecretString::from).map_err(|_| OpenError::NotAuthentic)
    }
}

impl Sealed {
    /// Checks the form only.
    pub fn parse(text: &str) -> Result<Self, OpenError> {
        decode(text).map(|_| Self(text.to_owned())).ok_or(OpenError::Malformed)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id of the key that sealed it.
    pub fn key_id(&self) -> &str {
        split(&self.0).map_or("", |(key_id, _)| key_id)
    }
}

fn split(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix(PREFIX)?.split_once(':')
}

fn decode(text: &str) -> Option<(&str, Vec<u8>)> {
    let (key_id, encoded) = split(text)?;
    let bytes = URL_SAFE_NO_PAD.decode(encoded).ok()?;
    (!key_id.is_empty() && bytes.len() >= NONCE_BYTES + TAG_BYTES).then_some((key_id, bytes))
}

fn encrypt(key: &Key, nonce: XNonce, place: &Place, secret: &str) -> Vec<u8> {
    let payload = Payload { msg: secret.as_bytes(), aad: &associated_data(key, place) };
    key.cipher.encrypt(&nonce, payload).expect("XChaCha20 refuses only messages beyond 256 GiB")
}

pub(super) fn associated_data(key: &Key, place: &Place) -> Vec<u8> {
    length_prefixed(&[
        PREFIX.as_bytes(),
        key.id.as_bytes(),
        place.table.as_bytes(),
        place.column.as_bytes(),
        place.row.as_bytes(),
        &place.workspace.to_be_bytes(),
    ])
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({PREFIX}{}:…)", self.key_id())
    }
}

#[cfg(test)]
mod tests;
