//! The vault: the key ring, which seals secrets, and the identity key, which makes the digests of external ids.

use std::sync::Arc;

use crate::crypto::{identity::IdentityKey, key_ring::KeyRing};

/// Clones share the keys.
#[derive(Clone)]
pub struct Vault(Arc<Keys>);

struct Keys {
    ring: KeyRing,
    identity: IdentityKey,
}

impl Vault {
    pub fn new(ring: KeyRing, identity: IdentityKey) -> Self {
        Self(Arc::new(Keys { ring, identity }))
    }

    pub fn ring(&self) -> &KeyRing {
        &self.0.ring
    }

    pub fn identity(&self) -> &IdentityKey {
        &self.0.identity
    }
}
