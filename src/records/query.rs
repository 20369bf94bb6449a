//! What a caller of `/rest` asks for: query parameters, checked against the object they ask about.
//! Nothing here knows a database; what stands in a [`Find`] can be turned into a statement without another check.

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
pub const MAXIMUM_LIMIT: usize = 1_000;

/// The query parameters, decoded, in the order they were sent.
pub type Pairs = [(String, String)];

/// One page of records: which ones, in which order, how many, with how much around them.
#[derive(Debug, Clone)]
pub struct Find<'o> {
    pub filter: Option<Filter<'o>>,
    /// At least one of these is true, unless there are none: each is looked up by an index of its own.
    pub either: Vec<Filter<'o>>,
    pub order: Order<'o>,
    /// From 1 to [`MAXIMUM_LIMIT`].
    pub limit: usize,
    pub depth: Depth,
    pub page: Page,
}

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    First,
    After(Cursor),
    Before(Cursor),
}

impl<'o> Find<'o> {
    /// Parameters of other names are left alone.
    pub fn read(object: &'o Object, pairs: &Pairs) -> Result<Self> {
        let limit = limit(pairs)?;
        let depth = Depth::read(pairs)?;
        let order = Order::read(object, pairs)?;
        let filter = Filter::read(object, pairs)?;
        let page = Page::read(pairs, &order)?;
        Ok(Self { filter, either: Vec::new(), order, limit, depth, page })
    }
}

impl Page {
    fn read(pairs: &Pairs, order: &Order) -> Result<Self> {
        let after = parameter::one(pairs, "starting_after")?;
        let before = parameter::one(pairs, "ending_before")?;
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

fn limit(pairs: &Pairs) -> Result<usize> {
    let Some(text) = parameter::one(pairs, "limit")? else { return Ok(DEFAULT_LIMIT) };
    let invalid =
        |sentence: &str| Error::Unreadable(format!("limit '{}' is invalid. {sentence}", excerpt::of(text)));
    if !text.bytes().all(|letter| letter.is_ascii_digit()) {
        return Err(invalid("Should be an integer"));
    }
    // Digits that do not fit are beyond the maximum, too.
    text.parse()
        .ok()
        .filter(|limit| (1..=MAXIMUM_LIMIT).contains(limit))
        .ok_or_else(|| invalid(&format!("The maximum is {MAXIMUM_LIMIT}")))
}
