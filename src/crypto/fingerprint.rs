//! The fingerprint of a request that may contain secrets: HMAC-SHA256 with a key derived from the ring, so that nobody
//! can test a guess at the request without the key file. It belongs to its place, like a sealed value. The form is
//! `<key id>:<64 hex digits>`.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{
    key::{Key, Purpose},
    key_ring::KeyRing,
    length_prefixed,
    seal::{OpenError, Place, associated_data},
};

impl KeyRing {
    /// The fingerprint of a request, with the first key.
    pub fn fingerprint(&self, place: &Place, request: &[u8]) -> String {
        let key = self.current();
        format!("{}:{}", key.id, hex::encode(mac(key, place, request).finalize().into_bytes()))
    }

    /// Whether the fingerprint is that of the request, by the key that it names. Compares in constant time.
    pub fn has_fingerprint(
        &self,
        fingerprint: &str,
        place: &Place,
        request: &[u8],
    ) -> Result<bool, OpenError> {
        let (key_id, digits) = fingerprint.split_once(':').ok_or(OpenError::Malformed)?;
        let key = self.key(key_id).ok_or_else(|| OpenError::UnknownKey(key_id.to_owned()))?;
        let code = hex::decode(digits).map_err(|_| OpenError::Malformed)?;
        Ok(mac(key, place, request).verify_slice(&code).is_ok())
    }
}

fn mac(key: &Key, place: &Place, request: &[u8]) -> Hmac<Sha256> {
    let mac = Hmac::<Sha256>::new_from_slice(&key.derive(Purpose::Fingerprints));
    mac.expect("HMAC takes a key of any length")
        .chain_update(length_prefixed(&[&associated_data(key, place), request]))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;
    use uuid::Uuid;

    use super::{KeyRing, OpenError, Place};

    const HERE: Place =
        Place { table: "idempotency_keys", column: "fingerprint", row: Uuid::nil(), workspace: 1 };

    #[test]
    fn is_the_same_only_for_the_same_request_in_the_same_place_and_key() {
        let ring = KeyRing::generate();
        let fingerprint = ring.fingerprint(&HERE, b"a");
        assert_eq!(fingerprint.len(), 8 + 1 + 64);
        let elsewhere = Place { workspace: 2, ..HERE };
        for (place, request, is_same) in [(HERE, "a", true), (HERE, "b", false), (elsewhere, "a", false)] {
            assert_eq!(ring.has_fingerprint(&fingerprint, &place, request.as_bytes()), Ok(is_same));
        }
        assert_ne!(fingerprint[9..], KeyRing::generate().fingerprint(&HERE, b"a")[9..]);
    }

    #[test]
    fn is_recognised_after_a_new_key_was_put_first() {
        let (old, new) = (KeyRing::generate(), KeyRing::generate());
        let fingerprint = old.fingerprint(&HERE, b"a");
        let text = |ring: &KeyRing| ring.text().expose_secret().to_owned();
        let both = KeyRing::parse(&(text(&new) + &text(&old))).unwrap();
        assert_eq!(both.has_fingerprint(&fingerprint, &HERE, b"a"), Ok(true));
        let unknown = OpenError::UnknownKey(old.current_id().to_owned());
        assert_eq!(new.has_fingerprint(&fingerprint, &HERE, b"a"), Err(unknown));
        assert_eq!(new.has_fingerprint("0123", &HERE, b"a"), Err(OpenError::Malformed));
    }
}
