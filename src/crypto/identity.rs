//! The digest of an external id, by which an account is recognised (contract, "Secrets").
//! Its key is created with the database and stored there, sealed. It never rotates; the ring that seals it may.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretSlice};
use sha2::Sha256;

use super::{
    key_ring::KeyRing,
    length_prefixed,
    seal::{OpenError, Place, Sealed},
};

const KEY_BYTES: usize = 32;
const DOMAIN_SEPARATOR: &[u8] = b"roster v1 identity";
const TOKEN_DOMAIN_SEPARATOR: &[u8] = b"roster v1 id in a token";

/// The key of this installation for the digests of external ids.
#[derive(Clone)]
pub struct IdentityKey {
    secret: SecretSlice<u8>,
    mac: Hmac<Sha256>,
}

impl IdentityKey {
    pub fn generate() -> Self {
        Self::new(rand::random::<[u8; KEY_BYTES]>().to_vec().into())
    }

    pub fn seal(&self, ring: &KeyRing, place: &Place) -> Sealed {
        ring.seal(place, &STANDARD_NO_PAD.encode(self.secret.expose_secret()))
    }

    /// Opens what [`IdentityKey::seal`] sealed, in the same place.
    pub fn open(ring: &KeyRing, place: &Place, sealed: &Sealed) -> Result<Self, OpenError> {
        let text = ring.open(place, sealed)?;
        let secret = STANDARD_NO_PAD.decode(text.expose_secret()).map_err(|_| OpenError::NotAuthentic)?;
        if secret.len() == KEY_BYTES { Ok(Self::new(secret.into())) } else { Err(OpenError::NotAuthentic) }
    }

    /// HMAC-SHA256 of provider and external id, in 64 hex digits.
    pub fn digest(&self, provider: &str, external_id: &str) -> String {
        self.authenticate(&[DOMAIN_SEPARATOR, provider.as_bytes(), external_id.as_bytes()])
    }

    /// The digest of the external id with which a token begins. It has no provider, because that of an account with such a
    /// token may change.
    pub fn digest_in_token(&self, external_id: &str) -> String {
        self.authenticate(&[TOKEN_DOMAIN_SEPARATOR, external_id.as_bytes()])
    }

    fn authenticate(&self, parts: &[&[u8]]) -> String {
        let mut mac = self.mac.clone();
        mac.update(&length_prefixed(parts));
        hex::encode(mac.finalize().into_bytes())
    }

    fn new(secret: SecretSlice<u8>) -> Self {
        let mac = Hmac::new_from_slice(secret.expose_secret()).expect("HMAC takes a key of any length");
        Self { secret, mac }
    }
}

impl fmt::Debug for IdentityKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdentityKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{IdentityKey, KeyRing, OpenError, Place};

    fn place() -> Place {
        Place { table: "installations", column: "identity_key", row: Uuid::from_u128(7), workspace: 0 }
    }

    #[test]
    fn digests_are_equal_only_for_the_same_account() {
        let key = IdentityKey::generate();
        let digest = key.digest("twitter", "12");
        assert_eq!(digest, key.digest("twitter", "12"));
        assert_eq!(digest.len(), 64);
        for (provider, external_id) in
            [("twitter1", "2"), ("twitte", "r12"), ("twitter", "12 "), ("", "twitter12")]
        {
            assert_ne!(digest, key.digest(provider, external_id), "{provider} {external_id}");
        }
        assert_eq!(key.digest_in_token("12"), key.digest_in_token("12"));
        for other in [key.digest("", "12"), key.digest("12", ""), key.digest_in_token("123")] {
            assert_ne!(key.digest_in_token("12"), other);
        }
        assert_ne!(digest, IdentityKey::generate().digest("twitter", "12"));
    }

    #[test]
    fn matches_hmac_computed_elsewhere() {
        // python3: hmac.new(bytes(range(32)), parts, "sha256"), each part after its length in 8 bytes
        let key = IdentityKey::new((0..32).collect::<Vec<u8>>().into());
        assert_eq!(
            key.digest("twitter", "12"),
            "ef3a1af92089597fb4c6bceeef742ccebcaf966d4aa7a20529f10fbe5badc05a"
        );
    }

    #[test]
    fn opens_after_a_new_key_was_put_first() {
        let old = KeyRing::generate();
        let key = IdentityKey::generate();
        let sealed = key.seal(&old, &place());
        let text = |ring: &KeyRing| secrecy::ExposeSecret::expose_secret(&ring.text()).to_owned();
        let rotated = KeyRing::parse(&(text(&KeyRing::generate()) + &text(&old))).unwrap();
        let opened = IdentityKey::open(&rotated, &place(), &sealed).unwrap();
        assert_eq!(opened.digest("twitter", "12"), key.digest("twitter", "12"));
    }

    #[test]
    fn refuses_a_sealed_value_that_is_not_a_key() {
        let ring = KeyRing::generate();
        for secret in ["", "c2hvcnQ", "not base64!"] {
            let sealed = ring.seal(&place(), secret);
            assert_eq!(IdentityKey::open(&ring, &place(), &sealed).unwrap_err(), OpenError::NotAuthentic);
        }
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", IdentityKey::generate()), "IdentityKey(…)");
    }
}
