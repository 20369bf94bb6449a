//! Splits a filter into tokens, and decides whether a parenthesis or a comma belongs to the grammar or to a value.

use super::condition::Condition;
use crate::error::{Error, Result};

const MAX_CONDITIONS: usize = 200;
const MAX_NESTING: isize = 50;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token<'t> {
    /// `and(`, without its parenthesis.
    Open(&'t str),
    Close,
    Comma,
    /// `city[eq]:"Basel"`
    Condition(&'t str),
}

/// A token, the bytes of its text, and how many parentheses it opens (closes if negative).
type Step<'t> = (Token<'t>, usize, isize);

impl<'t> Token<'t> {
    pub fn text(self) -> &'t str {
        match self {
            Self::Open(text) | Self::Condition(text) => text,
            Self::Close => ")",
            Self::Comma => ",",
        }
    }
}

/// Splits a whole filter; refuses unbalanced parentheses, and more conditions or nesting than is allowed.
pub fn split(text: &str) -> Result<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let (mut open, mut conditions) = (0, 0);
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (token, length, opened) = next_token(rest);
        open += opened;
        conditions += usize::from(matches!(token, Token::Condition(_)));
        if conditions > MAX_CONDITIONS {
            return Err(too_large(&format!("more than {MAX_CONDITIONS} conditions")));
        }
        if open > MAX_NESTING {
            return Err(too_large(&format!("conjunctions more than {MAX_NESTING} deep")));
        }
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    if open == 0 { Ok(tokens) } else { Err(unbalanced(open)) }
}

fn next_token(text: &str) -> Step<'_> {
    let end = text.find(['(', ')', ',', '[']).unwrap_or(text.len());
    match text[end..].chars().next() {
        Some('(') => (Token::Open(text[..end].trim_end()), end + 1, 1),
        Some(')') if end == 0 => (Token::Close, 1, -1),
        Some(',') if end == 0 => (Token::Comma, 1, 0),
        _ => next_condition(text),
    }
}

fn next_condition(text: &str) -> Step<'_> {
    let enclosed = Condition::split(text)
        .map_or(0, |condition| text.len() - condition.value.len() + condition.enclosed_length());
    let (rest, opened) = unquoted_length(&text[enclosed..]);
    let length = enclosed + rest;
    (Token::Condition(text[..length].trim_end()), length, opened)
}

/// The bytes before the first comma or `)` outside the text's own parentheses, and how many of these stay open.
fn unquoted_length(text: &str) -> (usize, isize) {
    let mut open = 0;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => open += 1,
            ',' | ')' if open == 0 => return (at, 0),
            ')' => open -= 1,
            _ => {}
        }
    }
    (text.len(), open)
}

/// The error for a filter that exceeds a limit.
pub fn too_large(what: &str) -> Error {
    Error::Unreadable(format!("'filter' invalid. It holds {what}"))
}

fn unbalanced(open: isize) -> Error {
    let bracket = if open > 0 { "close" } else { "open" };
    let count = open.unsigned_abs();
    let are = if count == 1 { "bracket is" } else { "brackets are" };
    Error::Unreadable(format!("'filter' invalid. {count} {bracket} {are} missing in the query"))
}
