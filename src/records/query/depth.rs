//! The parameter `depth`: how many levels of relations a response includes.

use super::{Pairs, find_parameter, truncate};
use crate::error::{Error, Result};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Depth {
    #[default]
    Zero,
    One,
    Two,
}

impl Depth {
    pub fn levels(self) -> u8 {
        match self {
            Self::Zero => 0,
            Self::One => 1,
            Self::Two => 2,
        }
    }

    pub fn from_pairs(pairs: &Pairs) -> Result<Self> {
        match find_parameter(pairs, "depth")? {
            None => Ok(Self::default()),
            Some("0") => Ok(Self::Zero),
            Some("1") => Ok(Self::One),
            Some("2") => Ok(Self::Two),
            Some(other) => Err(Error::Unreadable(format!(
                "'depth={}' parameter invalid. Allowed values are 0, 1, 2",
                truncate(other)
            ))),
        }
    }
}
