//! A filter cut into the words of its grammar. Whether a parenthesis or a comma belongs to the grammar or to a value
//! is decided here, once.

use super::condition::Condition;
use crate::error::{Error, Result};

const MOST_CONDITIONS: usize = 200;
const DEEPEST_NESTING: isize = 50;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token<'t> {
    /// `and(`, without its parenthesis.
    Open(&'t str),
    Close,
    Comma,
    /// `city[eq]:"Basel"`
    Condition(&'t str),
}

/// A token, the length of its text, and how many parentheses it leaves open.
type Cut<'t> = (Token<'t>, usize, isize);

impl<'t> Token<'t> {
    pub fn text(self) -> &'t str {
        match self {
            Self::Open(text) | Self::Condition(text) => text,
            Self::Close => ")",
            Self::Comma => ",",
        }
    }
}

pub fn tokens(text: &str) -> Result<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let (mut open, mut conditions) = (0, 0);
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (token, length, opened) = cut(rest);
        open += opened;
        conditions += usize::from(matches!(token, Token::Condition(_)));
        if conditions > MOST_CONDITIONS {
            return Err(too_large(&format!("more than {MOST_CONDITIONS} conditions")));
        }
        if open > DEEPEST_NESTING {
            return Err(too_large(&format!("conjunctions more than {DEEPEST_NESTING} deep")));
        }
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    if open == 0 { Ok(tokens) } else { Err(unbalanced(open)) }
}

fn cut(text: &str) -> Cut<'_> {
    let end = text.find(['(', ')', ',', '[']).unwrap_or(text.len());
    match text[end..].chars().next() {
        Some('(') => (Token::Open(text[..end].trim_end()), end + 1, 1),
        Some(')') if end == 0 => (Token::Close, 1, -1),
        Some(',') if end == 0 => (Token::Comma, 1, 0),
        _ => condition(text),
    }
}

fn condition(text: &str) -> Cut<'_> {
    let enclosed = Condition::split(text)
        .map_or(0, |condition| text.len() - condition.value.len() + condition.enclosed());
    let (bare, opened) = bare(&text[enclosed..]);
    let length = enclosed + bare;
    (Token::Condition(text[..length].trim_end()), length, opened)
}

/// Up to the comma or the parenthesis that is not the text's own.
fn bare(text: &str) -> (usize, isize) {
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

pub fn too_large(what: &str) -> Error {
    Error::Unreadable(format!("'filter' invalid. It holds {what}"))
}

fn unbalanced(open: isize) -> Error {
    let bracket = if open > 0 { "close" } else { "open" };
    let count = open.unsigned_abs();
    let are = if count == 1 { "bracket is" } else { "brackets are" };
    Error::Unreadable(format!("'filter' invalid. {count} {bracket} {are} missing in the query"))
}
