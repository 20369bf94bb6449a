//! Which part of a list is wanted: pages of 25, from 1.

use std::num::NonZeroU32;

const SIZE: i64 = 25;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page(i64);

/// One page, and how many rows there are on all of them.
#[derive(Debug, Clone)]
pub struct Listed<T> {
    pub rows: Vec<T>,
    pub total_count: i64,
}

impl Page {
    pub const FIRST: Self = Self(1);

    /// A page by its number, from 1.
    pub fn numbered(number: NonZeroU32) -> Self {
        Self(number.get().into())
    }

    pub fn limit(self) -> i64 {
        SIZE
    }

    pub fn offset(self) -> i64 {
        (self.0 - 1) * SIZE
    }
}
