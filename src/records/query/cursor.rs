//! Cursors: a record's values in the columns of the order, and the total count when the first page was loaded.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use super::{
    order::{Order, Term},
    truncate,
};
use crate::{
    error::{Error, Result},
    records::literal,
};

/// No field of an object has this name.
pub(super) const TOTAL_COUNT: &str = "totalCount";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// One literal per term of the order; the one of `id` is never `None`.
    pub values: Vec<Option<String>>,
    pub total_count: u64,
}

impl Cursor {
    /// Encodes as base64url JSON, which needs no escaping in a URL.
    pub fn encode(&self, order: &Order) -> String {
        let values = order
            .0
            .iter()
            .zip(&self.values)
            .map(|(term, value)| (term.to_string(), Value::from(value.clone())));
        let total_count = (TOTAL_COUNT.to_owned(), Value::from(self.total_count));
        let document = Value::Object(values.chain([total_count]).collect());
        BASE64_URL_SAFE_NO_PAD.encode(document.to_string())
    }

    /// Refuses a cursor that was encoded for another order.
    pub fn decode(text: &str, order: &Order) -> Result<Self> {
        parse(text, order).ok_or_else(|| Error::Unreadable(format!("Invalid cursor: {}", truncate(text))))
    }
}

fn parse(text: &str, order: &Order) -> Option<Cursor> {
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
