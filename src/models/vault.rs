//! The vault: the key ring, which seals secrets, the session tokens that it signs, and the identity key, which makes the
//! digests of external ids. A running service replaces its vault when its keys change.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    crypto::{
        identity::IdentityKey,
        key_ring::KeyRing,
        seal::{OpenError, Place, Sealed},
        token::SessionTokens,
    },
    error::Error,
};

/// Clones share the keys, which never change: a request uses one vault from its beginning to its end.
#[derive(Clone)]
pub struct Vault(Arc<Keys>);

struct Keys {
    ring: KeyRing,
    tokens: SessionTokens,
    identity: IdentityKey,
}

/// The vault of a running service, which may be replaced.
pub struct CurrentVault(Mutex<Generations>);

struct Generations {
    current: Vault,
    past: Vec<Past>,
}

/// An earlier vault; requests that began before it was replaced may still use it.
struct Past {
    vault: Vault,
    transactions: Weak<()>,
}

impl Vault {
    pub fn new(ring: KeyRing, identity: IdentityKey) -> Self {
        let tokens = SessionTokens::new(&ring);
        Self(Arc::new(Keys { ring, tokens, identity }))
    }

    pub fn ring(&self) -> &KeyRing {
        &self.0.ring
    }

    pub fn tokens(&self) -> &SessionTokens {
        &self.0.tokens
    }

    /// Opens a sealed value. The log names the place of one that does not open.
    pub fn open(&self, place: &Place, sealed: &str) -> Result<SecretString, OpenError> {
        let opened = Sealed::parse(sealed).and_then(|sealed| self.ring().open(place, &sealed));
        if let Err(error) = &opened {
            log::error!("{place} does not open: {error}");
        }
        opened
    }

    /// Seals a value again for a row that moves. `None` if there is no value, or if it does not open and never will.
    pub fn reseal(&self, from: &Place, to: &Place, sealed: Option<&str>) -> Result<Option<String>, Error> {
        let Some(sealed) = sealed else { return Ok(None) };
        match self.open(from, sealed) {
            Ok(text) => Ok(Some(self.ring().seal(to, text.expose_secret()).as_str().to_owned())),
            // The key may be loaded soon.
            Err(error @ OpenError::UnknownKey(_)) => Err(Error::ours(error)),
            Err(OpenError::Malformed | OpenError::NotAuthentic) => Ok(None),
        }
    }

    pub fn identity(&self) -> &IdentityKey {
        &self.0.identity
    }

    /// The vault with another ring.
    pub fn with_ring(&self, ring: KeyRing) -> Self {
        Self::new(ring, self.0.identity.clone())
    }
}

impl CurrentVault {
    pub fn new(vault: Vault) -> Self {
        Self(Mutex::new(Generations { current: vault, past: Vec::new() }))
    }

    pub fn get(&self) -> Vault {
        self.generations().current.clone()
    }

    /// `begin_generation` is called after the replacement; what it returns can be upgraded while a transaction that
    /// began before is running.
    pub fn replace(&self, vault: Vault, begin_generation: impl FnOnce() -> Weak<()>) {
        let mut generations = self.generations();
        let former = std::mem::replace(&mut generations.current, vault);
        generations.past.push(Past { vault: former, transactions: begin_generation() });
    }

    /// The ids of the keys that everything in this process can open and verify with.
    pub fn held_ids(&self) -> BTreeSet<String> {
        let all = self.used();
        let is_held = |id: &&str| all.iter().all(|vault| vault.ring().holds(id));
        all.iter().flat_map(|vault| vault.ring().ids()).filter(is_held).map(str::to_owned).collect()
    }

    /// The ids of the keys that anything in this process may still seal with.
    pub fn sealing_ids(&self) -> BTreeSet<String> {
        self.used().iter().map(|vault| vault.ring().current_id().to_owned()).collect()
    }

    /// The current vault, and the earlier ones that requests still use.
    fn used(&self) -> Vec<Vault> {
        let mut generations = self.generations();
        generations.past.retain(Past::is_used);
        let past = generations.past.iter().map(|past| past.vault.clone());
        past.chain([generations.current.clone()]).collect()
    }

    fn generations(&self) -> MutexGuard<'_, Generations> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Past {
    fn is_used(&self) -> bool {
        Arc::strong_count(&self.vault.0) > 1 || self.transactions.strong_count() > 0
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use secrecy::ExposeSecret as _;

    use super::{CurrentVault, IdentityKey, KeyRing, Vault};

    #[test]
    fn a_request_keeps_its_keys_and_they_are_reported_until_it_ends() {
        let (old, new) = (KeyRing::generate(), KeyRing::generate());
        let both = new.text().expose_secret().to_owned() + old.text().expose_secret();
        let vaults = CurrentVault::new(Vault::new(old.clone(), IdentityKey::generate()));
        let request = vaults.get();
        let transaction = Arc::new(());
        vaults.replace(request.with_ring(KeyRing::parse(&both).unwrap()), || Arc::downgrade(&transaction));
        let ids = |ids: std::collections::BTreeSet<String>| ids.into_iter().collect::<Vec<_>>();
        let mut sorted = [old.current_id(), new.current_id()];
        sorted.sort_unstable();
        assert_eq!(ids(vaults.sealing_ids()), sorted);
        assert_eq!(ids(vaults.held_ids()), [old.current_id()], "the request cannot open with the new key");
        drop(request);
        assert_eq!(ids(vaults.sealing_ids()), sorted, "a transaction of that time is not committed yet");
        drop(transaction);
        assert_eq!(ids(vaults.sealing_ids()), [new.current_id()]);
        assert_eq!(ids(vaults.held_ids()), sorted);
    }
}
