//! Hashes passwords with argon2id on separate threads. Verifying takes the same time for unknown people (contract,
//! "People and sessions"). Passwords are normalised to NFC here only, because keyboards encode accents differently.

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

/// The maximum number of waiting jobs: hashing so many takes about a second.
pub const QUEUE_LENGTH: usize = 32;

/// Hashes and verifies passwords. Clones share the threads.
#[derive(Clone)]
pub struct Passwords {
    pool: HashingPool,
    cost: Params,
    decoy: StoredHash,
}

/// The result of verifying a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Wrong,
    Right,
    /// Right, but hashed with other settings than the current ones, so it should be hashed again.
    RightButOutdated,
}

impl Passwords {
    /// Each of the `threads` keeps `memory_kib` KiB allocated.
    ///
    /// # Panics
    /// If memory is outside 8 KiB to 256 MiB or passes outside 1 to 16, or if a thread cannot be started.
    pub fn new(memory_kib: u32, passes: u32, threads: usize, queue: usize) -> Self {
        let cost =
            stored_hash::params(memory_kib, passes).expect("argon2 with 8 KiB to 256 MiB and 1 to 16 passes");
        let decoy = StoredHash::decoy(&cost).expect("a salt and an output of argon2's own lengths");
        Self { pool: HashingPool::start(threads, queue, &cost), cost, decoy }
    }

    /// A permit for one verification, or 503 after a short wait.
    pub async fn permit(&self) -> Result<HashingPermit> {
        self.pool.permit().await
    }

    /// In PHC form: `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<output>`.
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

    /// Without a hash (an unknown person) does the same work and gives `Wrong`.
    pub async fn verify(&self, password: SecretString, phc: Option<String>) -> Result<Verdict> {
        self.verify_with_permit(self.permit().await?, password, phc).await
    }

    /// [`Passwords::verify`] with a permit acquired before.
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

/// Half the cores, at most two: the others are for other requests and for the database.
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
