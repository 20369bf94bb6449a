//! Limits the patterns of one filter. PostgreSQL may scan a text once per character of a pattern and cannot be
//! interrupted there, so the total of characters is limited; SQLite scans once per pattern, so their number is.

use super::{comparison::Comparison, tokens::too_large};
use crate::error::Result;

pub const MAX_PATTERNS: usize = 10;
const MAX_PATTERN_CHARS: usize = 512;

#[derive(Default)]
pub struct Patterns {
    count: usize,
    chars: usize,
}

impl Patterns {
    /// Counts a pattern, and refuses it if it exceeds a limit.
    pub fn add(&mut self, pattern: &str) -> Result<()> {
        self.count += 1;
        self.chars += pattern.chars().count();
        if self.count > MAX_PATTERNS {
            return Err(too_large(&format!("more than {MAX_PATTERNS} patterns")));
        }
        if self.chars > MAX_PATTERN_CHARS {
            return Err(too_large(&format!("patterns of more than {MAX_PATTERN_CHARS} letters together")));
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
