//! Parses the values of a body into the literals of their columns.

use serde_json::Value;

use super::literal;
use crate::{
    catalogue::{
        column::{Cell, Column},
        object::{Field, Kind, PartKind},
    },
    error::{Error, Result},
};

const LIST_OF_TEXTS: &str = "a list of texts, [\"…\"]";
const LIST_OF_LINKS: &str = "a list of links, [{\"label\": \"…\", \"url\": \"…\"}]";
const LIST_OF_PHONES: &str =
    "a list of phones, [{\"number\": \"…\", \"countryCode\": \"…\", \"callingCode\": \"…\"}]";

/// Whether a value is `""`, `{}`, or a non-empty list or an object that contains only blanks, such as `[null]`. `[]` is
/// not blank.
pub fn is_blank(value: &Value) -> bool {
    match value {
        Value::String(text) => text.is_empty(),
        Value::Array(items) => !items.is_empty() && items.iter().all(|item| item.is_null() || is_blank(item)),
        Value::Object(fields) => fields.values().all(is_blank),
        _ => false,
    }
}

/// The literal of a value, `None` if it clears the column; refuses values other than `options`, if there are any.
pub fn parse_cell(column: &Column, options: &[String], value: &Value) -> Result<Option<String>> {
    if value.is_null() {
        return Ok(cleared_value(column));
    }
    let literal = parse_literal(column, value)?;
    if !options.is_empty() && !options.contains(&literal) {
        let (path, literal) = (column.path(), shortened(&literal));
        return Err(Error::Unreadable(format!("{path}: '{literal}' is none of {}", quoted(options))));
    }
    Ok(Some(literal))
}

/// The value of a cleared column: `""` if it cannot be null.
pub fn cleared_value(column: &Column) -> Option<String> {
    if column.is_nullable { None } else { Some(String::new()) }
}

/// The literal of a value other than null; refuses a value of the wrong type.
pub fn parse_literal(column: &Column, value: &Value) -> Result<String> {
    let literal = match (column.cell, value) {
        (Cell::Text | Cell::Uuid | Cell::Moment, Value::String(text)) => literal::parse(column.cell, text),
        (Cell::Boolean, Value::Bool(flag)) => Some(flag.to_string()),
        (Cell::Integer | Cell::Number, Value::Number(number)) => {
            literal::parse(column.cell, &number.to_string())
        }
        (Cell::Json, Value::String(text)) => {
            serde_json::from_str(text).ok().and_then(|value| render_json(&value))
        }
        (Cell::Json, value) => render_json(value),
        _ => None,
    };
    literal.ok_or_else(|| invalid_value(column, value))
}

/// Does not repeat the value of a secret.
fn invalid_value(column: &Column, value: &Value) -> Error {
    let path = column.path();
    let fault = match column.cell {
        _ if has_nul(value) => "has a NUL in it".to_owned(),
        Cell::Text => "is not a text".to_owned(),
        Cell::Json => "is not JSON".to_owned(),
        cell => format!("is not {}", literal::description(cell)),
    };
    if column.is_secret {
        return Error::Unreadable(format!("{path}: {fault}"));
    }
    Error::Unreadable(format!("{path}: {} {fault}", shortened(&value.to_string())))
}

fn render_json(value: &Value) -> Option<String> {
    (!has_nul(value)).then(|| value.to_string())
}

/// PostgreSQL refuses the NUL character in texts and in JSON.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        _ => false,
    }
}

/// Expects a list of texts, or of the field's options.
pub fn expect_texts(field: &Field, value: &Value) -> Result<()> {
    let options = if let Kind::MultiSelect(options) = &field.kind { options.as_slice() } else { &[] };
    let is_valid = |item: &Value| {
        item.as_str().is_some_and(|text| options.is_empty() || options.iter().any(|option| option == text))
    };
    match value {
        Value::Null => Ok(()),
        Value::Array(items) if items.iter().all(is_valid) => Ok(()),
        Value::Array(_) if !options.is_empty() => {
            Err(Error::Unreadable(format!("{}: send a list of {}", field.name, quoted(options))))
        }
        _ => Err(Error::Unreadable(format!("{}: send {LIST_OF_TEXTS}", field.name))),
    }
}

/// Expects the items of a list inside a composite to be texts, links or phones, as its part demands.
pub fn expect_items(column: &Column, kind: PartKind, literal: Option<&str>) -> Result<()> {
    let (is_valid, wanted): (fn(&Value) -> bool, _) = match kind {
        PartKind::Texts => (Value::is_string, LIST_OF_TEXTS),
        PartKind::Links => (|item| has_text_fields(item, &["label", "url"]), LIST_OF_LINKS),
        PartKind::Phones => (
            |item| item.is_string() || has_text_fields(item, &["number", "countryCode", "callingCode"]),
            LIST_OF_PHONES,
        ),
        _ => return Ok(()),
    };
    match literal.map(serde_json::from_str).transpose().map_err(Error::ours)? {
        None => Ok(()),
        Some(Value::Array(items)) if items.iter().all(is_valid) => Ok(()),
        Some(_) => Err(Error::Unreadable(format!("{}: send {wanted}", column.path()))),
    }
}

/// Whether an item is an object whose named fields are texts, null or absent.
fn has_text_fields(item: &Value, names: &[&str]) -> bool {
    let is_text = |name: &&str| item.get(*name).is_none_or(|value| value.is_null() || value.is_string());
    item.is_object() && names.iter().all(is_text)
}

fn quoted(options: &[String]) -> String {
    options.iter().map(|option| format!("'{option}'")).collect::<Vec<_>>().join(", ")
}

/// The first 100 characters, with `…` if there are more.
pub fn shortened(text: &str) -> String {
    const MAX_CHARS: usize = 100;
    if text.chars().count() <= MAX_CHARS {
        text.to_owned()
    } else {
        text.chars().take(MAX_CHARS).chain(['…']).collect()
    }
}
