//! How far an answer follows the relations of a record: not at all, to its neighbours, to theirs.

use super::{Pairs, excerpt, parameter};
use crate::error::{Error, Result};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Depth {
    #[default]
    Zero,
    One,
    Two,
}

impl Depth {
    /// How many relations it follows, one after the other.
    pub fn levels(self) -> u8 {
        match self {
            Self::Zero => 0,
            Self::One => 1,
            Self::Two => 2,
        }
    }

    /// Every action that answers with records takes one.
    pub fn read(pairs: &Pairs) -> Result<Self> {
        match parameter::one(pairs, "depth")? {
            None => Ok(Self::default()),
            Some("0") => Ok(Self::Zero),
            Some("1") => Ok(Self::One),
            Some("2") => Ok(Self::Two),
            Some(other) => Err(Error::Unreadable(format!(
                "'depth={}' parameter invalid. Allowed values are 0, 1, 2",
                excerpt::of(other)
            ))),
        }
    }
}
