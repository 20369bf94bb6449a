//! The query parameters of `/rest`, parsed and checked against the catalogue. Nothing here depends on a database: a
//! [`PageQuery`] becomes SQL without further checks.

pub mod cursor;
pub mod depth;
pub mod filter;
pub mod names;
pub mod order;
mod subject;
#[cfg(test)]
mod tests;

use self::{cursor::Cursor, depth::Depth, filter::Filter, order::Order};
use crate::{
    catalogue::{column::Column, object::Object},
    error::{Error, Result},
};

const DEFAULT_LIMIT: usize = 60;
pub const MAX_LIMIT: usize = 1_000;
/// The most bytes of a filter or an order, because parsing takes time.
const MAX_BYTES: usize = 16 * 1_024;
const MAX_EXCERPT_CHARS: usize = 120;

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
    /// Refuses parameters with other names.
    pub fn from_pairs(object: &'o Object, pairs: &Pairs) -> Result<Self> {
        names::expect_known(pairs, &names::OF_PAGES)?;
        let limit = parse_limit(pairs)?;
        let depth = Depth::from_pairs(pairs)?;
        let order = Order::from_pairs(object, pairs)?;
        let filter = Filter::from_pairs(object, pairs)?;
        let start = PageStart::from_pairs(pairs, &order)?;
        Ok(Self { filter, either: Vec::new(), order, limit, depth, start })
    }

    /// Whether it asks for the first records by id. There are few such statements.
    pub fn is_plain(&self) -> bool {
        let has_condition = self.filter.is_some() || !self.either.is_empty();
        !has_condition && self.order.0.len() == 1 && matches!(self.start, PageStart::First)
    }
}

impl PageStart {
    fn from_pairs(pairs: &Pairs, order: &Order) -> Result<Self> {
        let after = find_parameter(pairs, "starting_after")?;
        let before = find_parameter(pairs, "ending_before")?;
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
    let Some(text) = find_parameter(pairs, "limit")? else { return Ok(DEFAULT_LIMIT) };
    let invalid =
        |sentence: &str| Error::Unreadable(format!("limit '{}' is invalid. {sentence}", truncate(text)));
    if !text.bytes().all(|letter| letter.is_ascii_digit()) {
        return Err(invalid("Should be an integer"));
    }
    if text.bytes().all(|digit| digit == b'0') {
        return Err(invalid("The minimum is 1"));
    }
    // A number that overflows `usize` is above the maximum, too.
    text.parse()
        .ok()
        .filter(|limit| *limit <= MAX_LIMIT)
        .ok_or_else(|| invalid(&format!("The maximum is {MAX_LIMIT}")))
}

/// The trimmed value of a parameter; refuses one that is sent twice. An empty value counts as absent, because some
/// clients send unused parameters so.
fn find_parameter<'p>(pairs: &'p Pairs, name: &str) -> Result<Option<&'p str>> {
    let mut values = pairs
        .iter()
        .filter(|(sent, _)| sent == name)
        .map(|(_, value)| value.trim())
        .filter(|value| !value.is_empty());
    let value = values.next();
    match values.next() {
        None => Ok(value),
        Some(_) => Err(Error::Unreadable(format!("'{name}' is sent more than once. Send it once"))),
    }
}

/// The trimmed value; refuses more than [`MAX_BYTES`].
fn find_bounded_parameter<'p>(pairs: &'p Pairs, name: &str) -> Result<Option<&'p str>> {
    let value = find_parameter(pairs, name)?;
    match value {
        Some(text) if text.len() > MAX_BYTES => Err(Error::Unreadable(format!(
            "'{name}' is {} bytes long. The maximum is {MAX_BYTES}",
            text.len()
        ))),
        _ => Ok(value),
    }
}

/// For an error that repeats a text of the request: the first 120 characters, with `…` if there are more.
fn truncate(text: &str) -> String {
    match text.char_indices().nth(MAX_EXCERPT_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The same, without what follows the name of a secret field: it may be a guess at the secret.
fn truncate_and_redact(object: &Object, text: &str) -> String {
    let secrets = object.columns.iter().filter(|column| column.is_secret).map(Column::path);
    let end = secrets.filter_map(|path| Some(text.find(&path)? + path.len())).min();
    match end {
        Some(end) if end < text.len() => format!("{}[FILTERED]", truncate(&text[..end])),
        _ => truncate(text),
    }
}
