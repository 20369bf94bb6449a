//! A place in an ordered list, as a caller carries it from page to page: the record's values in the columns of the
//! order, and how many records the whole list had when its first page was read.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use super::{
    excerpt,
    order::{Order, Term},
};
use crate::{
    error::{Error, Result},
    records::literal,
};

/// No field of an object has this name.
pub(super) const TOTAL_COUNT: &str = "totalCount";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Literals, one per term of the order; that of `id` is never none.
    pub values: Vec<Option<String>>,
    pub total_count: u64,
}

impl Cursor {
    /// Of letters that stand in a URL as they are.
    pub fn encode(&self, order: &Order) -> String {
        let places = order
            .0
            .iter()
            .zip(&self.values)
            .map(|(term, value)| (term.to_string(), Value::from(value.clone())));
        let total_count = (TOTAL_COUNT.to_owned(), Value::from(self.total_count));
        let document = Value::Object(places.chain([total_count]).collect());
        BASE64_URL_SAFE_NO_PAD.encode(document.to_string())
    }

    /// Only for the order it was encoded for: another one has other places.
    pub fn decode(text: &str, order: &Order) -> Result<Self> {
        read(text, order).ok_or_else(|| Error::Unreadable(format!("Invalid cursor: {}", excerpt::of(text))))
    }
}

fn read(text: &str, order: &Order) -> Option<Cursor> {
    let document: Map<String, Value> =
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    let sent = document.keys().map(String::as_str);
    let expected: Vec<String> = order.0.iter().map(Term::to_string).collect();
    if !sent.eq(expected.iter().map(String::as_str).chain([TOTAL_COUNT])) {
        return None;
    }
    let mut values = Vec::with_capacity(order.0.len());
    for (term, value) in order.0.iter().zip(document.values()) {
        values.push(match value {
            Value::Null if term.column.field != "id" => None,
            Value::String(text) => Some(literal::parse(term.column.cell, text)?),
            _ => return None,
        });
    }
    Some(Cursor { values, total_count: document.get(TOTAL_COUNT)?.as_u64()? })
}
