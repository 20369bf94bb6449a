//! Argon2id (RFC 9106) in memory that is reused from one password to the next.
//! Allocating it anew for each sign-in was measured at gigabytes under moderate load.

use argon2::{Algorithm, Argon2, Block, Params, Version, password_hash::phc::Output};

use crate::error::{Error, Result};

pub(super) struct Hasher {
    blocks: Vec<Block>,
    kept_blocks: usize,
}

impl Hasher {
    /// Keeps the memory for hashing at this cost allocated, and frees the extra memory of a costlier hash.
    pub(super) fn new(cost: &Params) -> Self {
        Self { blocks: Vec::new(), kept_blocks: cost.block_count() }
    }

    pub(super) fn hash(&mut self, password: &str, salt: &[u8], cost: &Params) -> Result<Output> {
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, cost.clone());
        let mut output = vec![0; cost.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN)];
        if self.blocks.len() < cost.block_count() {
            self.blocks.resize(cost.block_count(), Block::new());
        }
        let hashed = argon2.hash_password_into_with_memory(
            password.as_bytes(),
            salt,
            &mut output,
            self.blocks.as_mut_slice(),
        );
        if self.blocks.len() > self.kept_blocks {
            self.blocks = Vec::new();
        }
        hashed.map_err(Error::ours)?;
        Output::new(&output).map_err(Error::ours)
    }

    #[cfg(test)]
    pub(super) fn allocated_kib(&self) -> usize {
        self.blocks.len()
    }
}
