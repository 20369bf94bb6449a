//! Passwords: hashed with argon2id on threads of their own, verified without telling who exists (contract, "People
//! and sessions"). A password is brought to NFC here and nowhere else, so every keyboard spells it alike.

use std::{fmt, thread};

use argon2::Params;
use secrecy::{ExposeSecret, SecretString};
use unicode_normalization::UnicodeNormalization;

pub use super::{
    hashing_pool::HashingPermit,
    weakness::{Weakness, find_weakness},
};
use super::{
    hashing_pool::HashingPool,
    stored_hash::{self, StoredHash},
};
use crate::error::Result;

/// How many jobs wait before askers are sent away: the last of them is served within a second.
pub const QUEUE_LENGTH: usize = 32;

#[derive(Clone)]
pub struct Passwords {
    pool: HashingPool,
    cost: Params,
    decoy: StoredHash,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Wrong,
    Right,
    /// Right, and to be hashed anew: the settings have changed since.
    RightButOutdated,
}

impl Passwords {
    /// Argon2id in `memory_kib` KiB and `passes` passes, on `threads` threads that each keep that memory.
    ///
    /// # Panics
    /// Where argon2 cannot be run so (at least 8 KiB and 1 pass, at most 256 MiB and 16), or no thread started.
    pub fn new(memory_kib: u32, passes: u32, threads: usize, queue: usize) -> Self {
        let cost =
            stored_hash::params(memory_kib, passes).expect("argon2 with 8 KiB to 256 MiB and 1 to 16 passes");
        let decoy = StoredHash::decoy(&cost).expect("a salt and an output of argon2's own lengths");
        Self { pool: HashingPool::start(threads, queue, &cost), cost, decoy }
    }

    /// Room for one verification, or 503 after a short wait.
    pub async fn permit(&self) -> Result<HashingPermit> {
        self.pool.permit().await
    }

    /// In PHC form.
    pub async fn hash(&self, password: SecretString) -> Result<String> {
        let cost = self.cost.clone();
        let hashed = self
            .pool
            .run(self.permit().await?, move |hasher| {
                StoredHash::generate(&normalise(password.expose_secret()), &cost, hasher)
            })
            .await??;
        Ok(hashed.to_string())
    }

    /// Without a hash, for somebody unknown, the same work ends in `Wrong`.
    pub async fn verify(&self, password: SecretString, phc: Option<String>) -> Result<Verdict> {
        self.verify_with_permit(self.permit().await?, password, phc).await
    }

    /// The same, for those who took their seat before.
    pub async fn verify_with_permit(
        &self,
        permit: HashingPermit,
        password: SecretString,
        phc: Option<String>,
    ) -> Result<Verdict> {
        let known = phc.is_some();
        let stored = phc.map_or_else(|| Ok(self.decoy.clone()), |phc| StoredHash::parse(&phc))?;
        let current = stored.has_cost(&self.cost);
        let matches = self
            .pool
            .run(permit, move |hasher| stored.matches(&normalise(password.expose_secret()), hasher))
            .await??;
        Ok(match (known && matches, current) {
            (false, _) => Verdict::Wrong,
            (true, true) => Verdict::Right,
            (true, false) => Verdict::RightButOutdated,
        })
    }
}

/// Half the cores, two at most: the other half is for everybody who does not sign in, and for the database.
pub fn default_threads() -> usize {
    thread::available_parallelism().map_or(1, |cores| cores.get() / 2).clamp(1, 2)
}

pub(super) fn normalise(password: &str) -> String {
    password.nfc().collect()
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passwords")
            .field("memory_kib", &self.cost.m_cost())
            .field("passes", &self.cost.t_cost())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
