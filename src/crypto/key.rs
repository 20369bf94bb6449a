//! One key of the ring: 32 random bytes. HKDF-SHA256 (RFC 5869) derives a key from them for each purpose;
//! the bytes themselves never encrypt or sign.

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use hkdf::Hkdf;
use secrecy::{ExposeSecret, SecretBox, SecretSlice, SecretString};
use sha2::Sha256;

pub(super) const KEY_BYTES: usize = 32;
const ID_BYTES: usize = 4;
pub(super) const ID_DIGITS: usize = 2 * ID_BYTES;

/// Accepts base64 with and without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A key and what is derived from it. `id` is eight hex digits and not secret.
pub(super) struct Key {
    pub(super) id: String,
    pub(super) cipher: XChaCha20Poly1305,
    secret: SecretBox<[u8; KEY_BYTES]>,
}

/// What a derived key is for.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Id,
    Sealing,
    SessionTokens,
}

/// Why a text is not a key.
pub(super) enum InvalidKey {
    NotBase64,
    WrongLength(usize),
    NotRandom,
}

impl Key {
    pub(super) fn generate() -> Self {
        Self::new(SecretBox::init_with_mut(|secret| *secret = rand::random()))
    }

    /// Parses a line of the key file, without comments or white space.
    pub(super) fn parse(text: &str) -> Result<Self, InvalidKey> {
        let bytes = SecretSlice::from(BASE64.decode(text).map_err(|_| InvalidKey::NotBase64)?);
        let bytes = bytes.expose_secret();
        let secret = <[u8; KEY_BYTES]>::try_from(bytes).map_err(|_| InvalidKey::WrongLength(bytes.len()))?;
        if secret.iter().all(|byte| *byte == secret[0]) {
            return Err(InvalidKey::NotRandom);
        }
        Ok(Self::new(SecretBox::init_with(|| secret)))
    }

    fn new(secret: SecretBox<[u8; KEY_BYTES]>) -> Self {
        let id = hex::encode(&derive(&secret, Purpose::Id)[..ID_BYTES]);
        let cipher = XChaCha20Poly1305::new(&derive(&secret, Purpose::Sealing).into());
        Self { id, cipher, secret }
    }

    /// The key for one purpose.
    pub(super) fn derive(&self, purpose: Purpose) -> [u8; KEY_BYTES] {
        derive(&self.secret, purpose)
    }

    /// A line of the key file, without the line break.
    pub(super) fn to_base64(&self) -> SecretString {
        BASE64.encode(self.secret.expose_secret()).into()
    }
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Self::Id => b"roster v1 key id",
            Self::Sealing => b"roster v1 sealing",
            Self::SessionTokens => b"roster v1 session tokens",
        }
    }
}

fn derive(secret: &SecretBox<[u8; KEY_BYTES]>, purpose: Purpose) -> [u8; KEY_BYTES] {
    let mut derived = [0; KEY_BYTES];
    Hkdf::<Sha256>::new(None, secret.expose_secret())
        .expand(purpose.label(), &mut derived)
        .expect("HKDF-SHA256 gives up to 8,160 bytes");
    derived
}
