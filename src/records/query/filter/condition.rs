//! One condition, `path[comparator]:value`, before it is checked. Its value is quoted, unquoted, or a list of both.
//! A quote opens only at the start of a value, so `O'Brien` is unquoted. Inside quotes, a quote is doubled; a single
//! one that no separator follows belongs to the value, too.

use super::comparison::Comparator;
use crate::{
    catalogue::object::Object,
    error::{Error, Result},
    records::query::{truncate, truncate_and_redact},
};

/// The characters that may follow a value outside a list.
const AFTER_VALUE: [char; 2] = [',', ')'];
/// The characters that may follow a member of a list.
const AFTER_MEMBER: [char; 2] = [',', ']'];

#[derive(Debug, Clone, Copy)]
pub struct Condition<'t> {
    pub path: &'t str,
    pub comparator_name: &'t str,
    /// With its quotes and brackets; never empty.
    pub value: &'t str,
    text: &'t str,
}

impl<'t> Condition<'t> {
    /// Splits a text whose value extends to its end.
    pub fn split(text: &'t str) -> Option<Self> {
        let (path, rest) = text.split_once('[')?;
        let (comparator_name, rest) = rest.split_once(']')?;
        let value = rest.strip_prefix(':')?.trim_start();
        let is_whole = !path.contains([',', ')']) && ![path, comparator_name, value].contains(&"");
        is_whole.then_some(Self { path: path.trim_end(), comparator_name, value, text })
    }

    pub fn parse_comparator(&self, object: &Object) -> Result<Comparator> {
        Comparator::from_name(self.comparator_name).ok_or_else(|| {
            Error::Unreadable(format!(
                "'filter' invalid for '{}', comparator {} not in {}",
                truncate_and_redact(object, self.text),
                truncate(self.comparator_name),
                Comparator::names(|_| true)
            ))
        })
    }

    /// How many bytes of the value are in quotes or square brackets, where commas and parentheses separate nothing.
    pub fn enclosed_length(&self) -> usize {
        let length = if Comparator::from_name(self.comparator_name).is_some_and(Comparator::takes_list) {
            parse_members(self.value).map(|(_, length)| length)
        } else {
            parse_quoted(self.value, AFTER_VALUE).map(|(_, length)| length)
        };
        length.unwrap_or(0)
    }

    /// The value without its quotes.
    pub fn parse_value(&self) -> Result<String> {
        if !begins_quoted(self.value) {
            return Ok(self.value.to_owned());
        }
        match parse_quoted(self.value, AFTER_VALUE) {
            Some((value, length)) if length == self.value.len() => Ok(value),
            _ => Err(self.invalid("Its quote does not end. Write a quote inside quotes twice")),
        }
    }

    /// The members of the list without their quotes.
    pub fn parse_list(&self) -> Result<Vec<String>> {
        match parse_members(self.value) {
            Some((members, length)) if length == self.value.len() => Ok(members),
            _ => Err(Error::Unreadable(format!(
                "'filter' invalid for '{0}' operator. Received '{1}' but array value expected \
                 eg: 'field[{0}]:[value_1,value_2]'",
                self.comparator_name,
                truncate(self.value)
            ))),
        }
    }

    /// An error with an excerpt of the condition and this sentence.
    pub fn invalid(&self, sentence: &str) -> Error {
        Error::Unreadable(format!("'filter' invalid for '{}'. {sentence}", truncate(self.text)))
    }
}

/// The error for a text that is not a condition.
pub fn invalid_condition(object: &Object, text: &str) -> Error {
    let excerpt = truncate_and_redact(object, text);
    Error::Unreadable(format!("'filter' invalid for '{excerpt}'. eg: price[gte]:10"))
}

fn begins_quoted(text: &str) -> bool {
    text.starts_with(['"', '\''])
}

/// The unescaped text in the quotes at the start, and the bytes up to its end; `None` if the quote never ends.
fn parse_quoted(text: &str, followers: [char; 2]) -> Option<(String, usize)> {
    let mut letters = text.char_indices().peekable();
    let (_, quote) = letters.next().filter(|_| begins_quoted(text))?;
    let mut value = String::new();
    while let Some((at, letter)) = letters.next() {
        if letter == quote && letters.next_if(|(_, next)| *next == quote).is_none() {
            let rest = &text[at + quote.len_utf8()..];
            if rest.trim_start().chars().next().is_none_or(|next| followers.contains(&next)) {
                return Some((value, text.len() - rest.len()));
            }
        }
        value.push(letter);
    }
    None
}

/// The members of the list at the start, and the bytes up to its end; `None` if the list never ends.
fn parse_members(text: &str) -> Option<(Vec<String>, usize)> {
    let mut members = Vec::new();
    let mut rest = text.strip_prefix('[')?.trim_start();
    if !rest.starts_with(']') {
        loop {
            let (value, length) = parse_member(rest)?;
            members.push(value);
            rest = rest[length..].trim_start();
            match rest.strip_prefix(',') {
                Some(next) => rest = next.trim_start(),
                None => break,
            }
        }
    }
    rest.strip_prefix(']').map(|rest| (members, text.len() - rest.len()))
}

fn parse_member(text: &str) -> Option<(String, usize)> {
    if begins_quoted(text) {
        return parse_quoted(text, AFTER_MEMBER);
    }
    let length = text.find(AFTER_MEMBER)?;
    Some((text[..length].trim_end().to_owned(), length))
}
