//! Passwords: hashed with argon2id on threads of their own, verified without telling who exists (contract, "People
//! and sessions"). A password is brought to NFC here and nowhere else, so every keyboard spells it alike.

use std::{fmt, num::NonZero, thread};

use argon2::Params;
use secrecy::{ExposeSecret, SecretString};
use unicode_normalization::UnicodeNormalization;

use super::{
    hashing_pool::HashingPool,
    stored_hash::{self, StoredHash},
};
pub use super::{
    hashing_pool::Seat,
    weakness::{Weakness, weakness},
};
use crate::error::Result;

/// How many jobs wait before askers are sent away: the last of them is served within half a second.
pub const QUEUE: usize = 32;

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
            stored_hash::cost(memory_kib, passes).expect("argon2 with 8 KiB to 256 MiB and 1 to 16 passes");
        let decoy = StoredHash::decoy(&cost).expect("a salt and an output of argon2's own lengths");
        Self { pool: HashingPool::start(threads, queue, &cost), cost, decoy }
    }

    /// Room for one verification, or 503 after a short wait.
    pub async fn seat(&self) -> Result<Seat> {
        self.pool.seat().await
    }

    /// In PHC form.
    pub async fn hash(&self, password: SecretString) -> Result<String> {
        let cost = self.cost.clone();
        let hashed = self
            .pool
            .run(self.seat().await?, move |hasher| {
                StoredHash::make(&normalised(password.expose_secret()), &cost, hasher)
            })
            .await??;
        Ok(hashed.to_string())
    }

    /// Without a hash, for somebody unknown, the same work ends in `Wrong`.
    pub async fn verify(&self, password: SecretString, phc: Option<String>) -> Result<Verdict> {
        self.verify_seated(self.seat().await?, password, phc).await
    }

    /// The same, for those who took their seat before.
    pub async fn verify_seated(
        &self,
        seat: Seat,
        password: SecretString,
        phc: Option<String>,
    ) -> Result<Verdict> {
        let known = phc.is_some();
        let stored = phc.map_or_else(|| Ok(self.decoy.clone()), |phc| StoredHash::parse(&phc))?;
        let current = stored.costs(&self.cost);
        let fits = self
            .pool
            .run(seat, move |hasher| stored.fits(&normalised(password.expose_secret()), hasher))
            .await??;
        Ok(match (known && fits, current) {
            (false, _) => Verdict::Wrong,
            (true, true) => Verdict::Right,
            (true, false) => Verdict::RightButOutdated,
        })
    }
}

/// One thread a core, two at most.
pub fn default_threads() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get).min(2)
}

pub(super) fn normalised(password: &str) -> String {
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
