//! The query parameters of `/rest`, parsed and checked against the catalogue. Nothing here depends on a database: a
//! [`PageQuery`] becomes SQL without further checks.

pub mod cursor;
pub mod depth;
mod excerpt;
pub mod filter;
pub mod order;
mod parameter;
mod subject;
#[cfg(test)]
mod tests;

use self::{cursor::Cursor, depth::Depth, filter::Filter, order::Order};
use crate::{
    catalogue::object::Object,
    error::{Error, Result},
};

const DEFAULT_LIMIT: usize = 60;
pub const MAX_LIMIT: usize = 1_000;

/// The query parameters, decoded, in the order of the URL.
pub type Pairs = [(String, String)];

/// A query for one page of records.
#[derive(Debug, Clone)]
pub struct PageQuery<'o> {
    pub filter: Option<Filter<'o>>,
    /// If not empty, a record must match at least one of these filters; each can use its own index.
    pub either: Vec<Filter<'o>>,
    pub order: Order<'o>,
    /// From 1 to [`MAX_LIMIT`].
    pub limit: usize,
    pub depth: Depth,
    pub start: PageStart,
}

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageStart {
    First,
    After(Cursor),
    Before(Cursor),
}

impl<'o> PageQuery<'o> {
    /// Ignores parameters with other names.
    pub fn from_pairs(object: &'o Object, pairs: &Pairs) -> Result<Self> {
        let limit = parse_limit(pairs)?;
        let depth = Depth::from_pairs(pairs)?;
        let order = Order::from_pairs(object, pairs)?;
        let filter = Filter::from_pairs(object, pairs)?;
        let start = PageStart::from_pairs(pairs, &order)?;
        Ok(Self { filter, either: Vec::new(), order, limit, depth, start })
    }
}

impl PageStart {
    fn from_pairs(pairs: &Pairs, order: &Order) -> Result<Self> {
        let after = parameter::find(pairs, "starting_after")?;
        let before = parameter::find(pairs, "ending_before")?;
        match (after, before) {
            (None, None) => Ok(Self::First),
            (Some(cursor), None) => Cursor::decode(cursor, order).map(Self::After),
            (None, Some(cursor)) => Cursor::decode(cursor, order).map(Self::Before),
            (Some(_), Some(_)) => Err(Error::Unreadable(
                "'starting_after' and 'ending_before' exclude each other. Send one of them".to_owned(),
            )),
        }
    }
}

fn parse_limit(pairs: &Pairs) -> Result<usize> {
    let Some(text) = parameter::find(pairs, "limit")? else { return Ok(DEFAULT_LIMIT) };
    let invalid = |sentence: &str| {
        Error::Unreadable(format!("limit '{}' is invalid. {sentence}", excerpt::truncate(text)))
    };
    if !text.bytes().all(|letter| letter.is_ascii_digit()) {
        return Err(invalid("Should be an integer"));
    }
    // A number that overflows `usize` is above the maximum, too.
    text.parse()
        .ok()
        .filter(|limit| (1..=MAX_LIMIT).contains(limit))
        .ok_or_else(|| invalid(&format!("The maximum is {MAX_LIMIT}")))
}
