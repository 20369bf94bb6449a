//! A value of a body, as the literal of the column it is for.

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

/// `""`, `[null]`, `{}`, `[{}]`, and objects of nothing else. `[]` is a list without anything in it.
pub fn is_blank(value: &Value) -> bool {
    match value {
        Value::String(text) => text.is_empty(),
        Value::Array(items) => !items.is_empty() && items.iter().all(|item| item.is_null() || is_blank(item)),
        Value::Object(fields) => fields.values().all(is_blank),
        _ => false,
    }
}

pub fn cell_of(column: &Column, options: &[String], value: &Value) -> Result<Option<String>> {
    if value.is_null() {
        return Ok(cleared(column));
    }
    let literal = literal_of(column, value)?;
    if !options.is_empty() && !options.contains(&literal) {
        let (path, literal) = (column.path(), shortened(&literal));
        return Err(Error::Unreadable(format!("{path}: '{literal}' is none of {}", quoted(options))));
    }
    Ok(Some(literal))
}

/// A text that cannot be null is emptied.
pub fn cleared(column: &Column) -> Option<String> {
    if column.is_nullable { None } else { Some(String::new()) }
}

pub fn literal_of(column: &Column, value: &Value) -> Result<String> {
    let literal = match (column.cell, value) {
        (Cell::Text | Cell::Uuid | Cell::Moment, Value::String(text)) => literal::parse(column.cell, text),
        (Cell::Boolean, Value::Bool(flag)) => Some(flag.to_string()),
        (Cell::Integer | Cell::Number, Value::Number(number)) => {
            literal::parse(column.cell, &number.to_string())
        }
        (Cell::Json, Value::String(text)) => {
            serde_json::from_str(text).ok().and_then(|value| json_of(&value))
        }
        (Cell::Json, value) => json_of(value),
        _ => None,
    };
    literal.ok_or_else(|| refusal(column, value))
}

/// A secret is not repeated, whatever is wrong with it.
fn refusal(column: &Column, value: &Value) -> Error {
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

fn json_of(value: &Value) -> Option<String> {
    (!has_nul(value)).then(|| value.to_string())
}

/// JSON writes NUL as an escape, which PostgreSQL reads in no text; so may the text of a text.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        _ => false,
    }
}

pub fn expect_texts(field: &Field, value: &Value) -> Result<()> {
    let options = if let Kind::MultiSelect(options) = &field.kind { options.as_slice() } else { &[] };
    let is_fine = |item: &Value| {
        item.as_str().is_some_and(|text| options.is_empty() || options.iter().any(|option| option == text))
    };
    match value {
        Value::Null => Ok(()),
        Value::Array(items) if items.iter().all(is_fine) => Ok(()),
        Value::Array(_) if !options.is_empty() => {
            Err(Error::Unreadable(format!("{}: send a list of {}", field.name, quoted(options))))
        }
        _ => Err(Error::Unreadable(format!("{}: send {LIST_OF_TEXTS}", field.name))),
    }
}

/// The lists inside composites hold what they are called after.
pub fn expect_items(column: &Column, kind: PartKind, literal: Option<&str>) -> Result<()> {
    let (is_fine, wanted): (fn(&Value) -> bool, _) = match kind {
        PartKind::Texts => (Value::is_string, LIST_OF_TEXTS),
        PartKind::Links => (|item| holds_texts(item, &["label", "url"]), LIST_OF_LINKS),
        PartKind::Phones => (
            |item| item.is_string() || holds_texts(item, &["number", "countryCode", "callingCode"]),
            LIST_OF_PHONES,
        ),
        _ => return Ok(()),
    };
    match literal.map(serde_json::from_str).transpose().map_err(Error::ours)? {
        None => Ok(()),
        Some(Value::Array(items)) if items.iter().all(is_fine) => Ok(()),
        Some(_) => Err(Error::Unreadable(format!("{}: send {wanted}", column.path()))),
    }
}

/// An object whose named fields, where they are given, are texts.
fn holds_texts(item: &Value, names: &[&str]) -> bool {
    let is_text = |name: &&str| item.get(*name).is_none_or(|value| value.is_null() || value.is_string());
    item.is_object() && names.iter().all(is_text)
}

fn quoted(options: &[String]) -> String {
    options.iter().map(|option| format!("'{option}'")).collect::<Vec<_>>().join(", ")
}

pub fn shortened(text: &str) -> String {
    const MOST: usize = 100;
    if text.chars().count() <= MOST {
        text.to_owned()
    } else {
        text.chars().take(MOST).chain(['…']).collect()
    }
}
