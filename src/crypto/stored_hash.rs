//! A password's hash as the database stores it, in PHC form: `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<output>`.
//! The stored parameters decide what verifying costs, so they are checked against limits first.

use std::fmt;

use argon2::{
    ARGON2ID_IDENT, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};

use super::hasher::Hasher;
use crate::error::{Error, Result};

const MAX_MEMORY_KIB: u32 = 256 * 1024;
const MAX_PASSES: u32 = 16;
const MAX_LANES: u32 = 4;
const OUTPUT_BYTES: usize = 32;

/// A parsed hash: cost, salt and output.
#[derive(Clone)]
pub(super) struct StoredHash {
    cost: Params,
    salt: Salt,
    output: Output,
}

/// Argon2's parameters with one lane.
pub(super) fn params(memory_kib: u32, passes: u32) -> Result<Params> {
    let cost = Params::new(memory_kib, passes, 1, Some(OUTPUT_BYTES)).map_err(Error::ours)?;
    expect_within_bounds(&cost)?;
    Ok(cost)
}

impl StoredHash {
    /// Hashes a new password with a random salt.
    pub(super) fn generate(password: &str, cost: &Params, hasher: &mut Hasher) -> Result<Self> {
        let salt = random_salt()?;
        let output = hasher.hash(password, &salt, cost)?;
        Ok(Self { cost: cost.clone(), salt, output })
    }

    /// A hash that takes as long to verify as a real one and matches no known password.
    pub(super) fn decoy(cost: &Params) -> Result<Self> {
        let output = Output::new(&rand::random::<[u8; OUTPUT_BYTES]>()).map_err(Error::ours)?;
        Ok(Self { cost: cost.clone(), salt: random_salt()?, output })
    }

    /// Refuses other algorithms than argon2id, and parameters over the limits.
    pub(super) fn parse(phc: &str) -> Result<Self> {
        let hash = PasswordHash::new(phc).map_err(Error::ours)?;
        let version = hash.version.unwrap_or_default();
        if hash.algorithm != ARGON2ID_IDENT || version != u32::from(Version::V0x13) {
            return Err(Error::ours("a stored password hash is not argon2id, version 19"));
        }
        let cost = Params::try_from(&hash).map_err(|error| Error::ours(error.to_string()))?;
        expect_within_bounds(&cost)?;
        let (Some(salt), Some(output)) = (hash.salt, hash.hash) else {
            return Err(Error::ours("a stored password hash is cut short"));
        };
        Ok(Self { cost, salt, output })
    }

    /// Compares in constant time.
    pub(super) fn matches(&self, password: &str, hasher: &mut Hasher) -> Result<bool> {
        Ok(hasher.hash(password, &self.salt, &self.cost)? == self.output)
    }

    pub(super) fn has_cost(&self, cost: &Params) -> bool {
        self.cost == *cost
    }
}

impl fmt::Display for StoredHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hash = PasswordHash {
            algorithm: ARGON2ID_IDENT,
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&self.cost).map_err(|_| fmt::Error)?,
            salt: Some(self.salt),
            hash: Some(self.output),
        };
        hash.fmt(f)
    }
}

fn expect_within_bounds(cost: &Params) -> Result<()> {
    if cost.m_cost() > MAX_MEMORY_KIB || cost.t_cost() > MAX_PASSES || cost.p_cost() > MAX_LANES {
        return Err(Error::ours(format!(
            "a password hash asks for {} KiB, {} passes and {} lanes; \
             the most are {MAX_MEMORY_KIB}, {MAX_PASSES} and {MAX_LANES}",
            cost.m_cost(),
            cost.t_cost(),
            cost.p_cost(),
        )));
    }
    Ok(())
}

fn random_salt() -> Result<Salt> {
    Salt::new(&rand::random::<[u8; Salt::RECOMMENDED_LENGTH]>()).map_err(Error::ours)
}
