//! `sort_by` and `sort_to`: each list has its own words for the same few orders.

use crate::{
    models::workspace::roll::{By, Direction, Order},
    parameters::Hash,
};

/// A word of the wire, and what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word<T>(pub &'static str, pub T);

impl<T> AsRef<str> for Word<T> {
    fn as_ref(&self) -> &str {
        self.0
    }
}

const DIRECTIONS: [Word<Direction>; 2] =
    [Word("asc", Direction::Ascending), Word("desc", Direction::Descending)];

/// The order of a roll, by name unless told otherwise; `words` as the list documents them.
pub fn order(root: &Hash<'_>, words: &[Word<By>]) -> Order {
    let by = root.optional_one_of("sort_by", words).map_or(By::Name, |word| word.1);
    Order { by, direction: direction(root) }
}

pub fn direction(root: &Hash<'_>) -> Direction {
    root.optional_one_of("sort_to", &DIRECTIONS).map_or(Direction::Ascending, |word| word.1)
}
