//! How much matching one filter may ask for. PostgreSQL may go through a text once for each letter of a pattern and is
//! not to be interrupted there, so the letters count together; SQLite goes through it once for each pattern.

use super::{comparison::Comparison, tokens::too_large};
use crate::error::Result;

pub const MOST: usize = 10;
const MOST_LETTERS: usize = 512;

/// Those read so far.
#[derive(Default)]
pub struct Patterns {
    count: usize,
    letters: usize,
}

impl Patterns {
    pub fn add(&mut self, pattern: &str) -> Result<()> {
        self.count += 1;
        self.letters += pattern.chars().count();
        if self.count > MOST {
            return Err(too_large(&format!("more than {MOST} patterns")));
        }
        if self.letters > MOST_LETTERS {
            return Err(too_large(&format!("patterns of more than {MOST_LETTERS} letters together")));
        }
        Ok(())
    }
}

impl Comparison {
    pub fn pattern(&self) -> Option<&str> {
        match self {
            Self::Like(pattern) | Self::Ilike(pattern) => Some(pattern),
            _ => None,
        }
    }
}
