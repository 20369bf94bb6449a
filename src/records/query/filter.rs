//! The parameter `filter`, such as `and(city[eq]:"Basel",or(position[lt]:3,not(deletedAt[is]:NULL)))`: text →
//! tokens → tree of checked comparisons. `spec/decisions/0009-the-query-grammar.md` lists where it differs from
//! Twenty's parser.

mod comparison;
mod condition;
#[cfg(test)]
mod tests;

use std::iter::Peekable;

pub use self::comparison::Comparison;
use self::condition::Condition;
use super::{Pairs, find_bounded_parameter, subject::Subject, truncate_and_redact};
use crate::{
    catalogue::{column::Column, object::Object},
    error::{Error, Result},
};

const MAX_CONDITIONS: usize = 200;
const MAX_NESTING: isize = 50;
const MAX_PATTERNS: usize = 10;
const MAX_PATTERN_CHARS: usize = 512;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter<'o> {
    All(Vec<Filter<'o>>),
    Any(Vec<Filter<'o>>),
    Not(Box<Filter<'o>>),
    Test(&'o Column, Comparison),
}

struct Parser<'o, 't> {
    object: &'o Object,
    tokens: Peekable<std::vec::IntoIter<Token<'t>>>,
    patterns: Patterns,
}

impl<'o> Filter<'o> {
    pub fn from_pairs(object: &'o Object, pairs: &Pairs) -> Result<Option<Self>> {
        find_bounded_parameter(pairs, "filter")?.map(|text| Self::parse(object, text)).transpose()
    }

    fn parse(object: &'o Object, text: &str) -> Result<Self> {
        let mut parser =
            Parser { object, tokens: split(text)?.into_iter().peekable(), patterns: Patterns::default() };
        let mut filters = parser.parse_list()?;
        match parser.tokens.next() {
            Some(token) => Err(condition::invalid_condition(object, token.text())),
            None if filters.len() == 1 => Ok(filters.remove(0)),
            None => Ok(Self::All(filters)),
        }
    }
}

/// Recursive descent; [`split`] limits the nesting and so the depth of the recursion.
impl<'o> Parser<'o, '_> {
    fn parse_list(&mut self) -> Result<Vec<Filter<'o>>> {
        let mut filters = vec![self.parse_item()?];
        while self.tokens.next_if(|token| matches!(token, Token::Comma)).is_some() {
            filters.push(self.parse_item()?);
        }
        Ok(filters)
    }

    fn parse_item(&mut self) -> Result<Filter<'o>> {
        match self.tokens.next_if(|token| matches!(token, Token::Open(_) | Token::Condition(_))) {
            Some(Token::Open(word)) => self.parse_conjunction(word),
            Some(Token::Condition(text)) => self.parse_condition(text),
            _ => Err(condition::invalid_condition(self.object, "")),
        }
    }

    fn parse_conjunction(&mut self, word: &str) -> Result<Filter<'o>> {
        match word {
            "and" => Ok(Filter::All(self.parse_operands()?)),
            "or" => Ok(Filter::Any(self.parse_operands()?)),
            "not" => self.parse_negation(),
            _ => Err(Error::Unreadable(format!(
                "'filter' invalid. '{}' is not a conjunction. Available are and, or, not. \
                 eg: or(field_1[eq]:1,field_2[eq]:2)",
                truncate_and_redact(self.object, word)
            ))),
        }
    }

    fn parse_operands(&mut self) -> Result<Vec<Filter<'o>>> {
        let filters = self.parse_list()?;
        match self.tokens.next() {
            Some(Token::Close) => Ok(filters),
            other => Err(condition::invalid_condition(self.object, other.map_or("", Token::text))),
        }
    }

    fn parse_negation(&mut self) -> Result<Filter<'o>> {
        let one = |filters: Vec<_>| <[Filter; 1]>::try_from(filters).ok();
        let is_empty = matches!(self.tokens.peek(), Some(Token::Close));
        let negated = if is_empty { None } else { one(self.parse_operands()?) };
        negated.map(|[filter]| Filter::Not(Box::new(filter))).ok_or_else(|| {
            Error::Unreadable(
                "'filter' invalid. 'not' conjunction should contain only 1 condition. eg: not(field[eq]:1)"
                    .to_owned(),
            )
        })
    }

    fn parse_condition(&mut self, text: &str) -> Result<Filter<'o>> {
        let condition =
            Condition::split(text).ok_or_else(|| condition::invalid_condition(self.object, text))?;
        let comparator = condition.parse_comparator(self.object)?;
        let subject = Subject::find(self.object, condition.path)?;
        let comparison = Comparison::parse(&subject, comparator, &condition)?;
        comparison.pattern().map_or(Ok(()), |pattern| self.patterns.add(pattern))?;
        Ok(Filter::Test(subject.column, comparison))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'t> {
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
    fn text(self) -> &'t str {
        match self {
            Self::Open(text) | Self::Condition(text) => text,
            Self::Close => ")",
            Self::Comma => ",",
        }
    }
}

/// Splits a whole filter; refuses unbalanced parentheses, and more conditions or nesting than is allowed.
fn split(text: &str) -> Result<Vec<Token<'_>>> {
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
fn too_large(what: &str) -> Error {
    Error::Unreadable(format!("'filter' invalid. It holds {what}"))
}

fn unbalanced(open: isize) -> Error {
    let bracket = if open > 0 { "close" } else { "open" };
    let count = open.unsigned_abs();
    let are = if count == 1 { "bracket is" } else { "brackets are" };
    Error::Unreadable(format!("'filter' invalid. {count} {bracket} {are} missing in the query"))
}

/// Limits the patterns of one filter. PostgreSQL may scan a text once per character of a pattern and cannot be
/// interrupted there, so the total of characters is limited; SQLite scans once per pattern, so their number is.
#[derive(Default)]
struct Patterns {
    count: usize,
    chars: usize,
}

impl Patterns {
    /// Counts a pattern, and refuses it if it exceeds a limit.
    fn add(&mut self, pattern: &str) -> Result<()> {
        self.count += 1;
        self.chars += pattern.chars().count();
        if self.count > MAX_PATTERNS {
            return Err(too_large(&format!("more than {MAX_PATTERNS} patterns")));
        }
        if self.chars > MAX_PATTERN_CHARS {
            return Err(too_large(&format!("patterns of more than {MAX_PATTERN_CHARS} letters together")));
        }
        Ok(())
    }
}

impl Comparison {
    pub fn pattern(&self) -> Option<&str> {
        match self {
            Self::Like(pattern) | Self::Ilike(pattern) => Some(pattern),
            _ => None,
        }
    }
}
