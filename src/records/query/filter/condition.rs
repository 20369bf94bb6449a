//! One condition as it is written: `path[comparator]:value`.

use super::{comparator::Comparator, value};
use crate::{
    error::{Error, Result},
    records::query::excerpt,
};

#[derive(Debug, Clone, Copy)]
pub struct Condition<'t> {
    pub path: &'t str,
    /// That of the comparator.
    pub word: &'t str,
    /// Quotes and brackets included; never empty.
    pub value: &'t str,
    text: &'t str,
}

impl<'t> Condition<'t> {
    /// The value is taken to the end of the text.
    pub fn split(text: &'t str) -> Option<Self> {
        let (path, rest) = text.split_once('[')?;
        let (word, rest) = rest.split_once(']')?;
        let value = rest.strip_prefix(':')?.trim_start();
        let is_whole = !path.contains([',', ')']) && ![path, word, value].contains(&"");
        is_whole.then_some(Self { path: path.trim_end(), value, text, word })
    }

    pub fn comparator(&self) -> Result<Comparator> {
        Comparator::named(self.word).ok_or_else(|| {
            Error::Unreadable(format!(
                "'filter' invalid for '{}', comparator {} not in {}",
                excerpt::of(self.text),
                excerpt::of(self.word),
                Comparator::names(|_| true)
            ))
        })
    }

    /// How much of the value stands in quotes or in square brackets, where a comma is a letter like any other.
    pub fn enclosed(&self) -> usize {
        let enclosed = if Comparator::named(self.word).is_some_and(Comparator::takes_list) {
            value::list(self.value).map(|(_, length)| length)
        } else {
            value::quoted(self.value, value::AFTER_VALUE).map(|(_, length)| length)
        };
        enclosed.unwrap_or(0)
    }

    pub fn one(&self) -> Result<String> {
        if !value::begins_quoted(self.value) {
            return Ok(self.value.to_owned());
        }
        match value::quoted(self.value, value::AFTER_VALUE) {
            Some((value, length)) if length == self.value.len() => Ok(value),
            _ => Err(self.invalid("Its quote does not end. Write a quote inside quotes twice")),
        }
    }

    pub fn many(&self) -> Result<Vec<String>> {
        match value::list(self.value) {
            Some((members, length)) if length == self.value.len() => Ok(members),
            _ => Err(Error::Unreadable(format!(
                "'filter' invalid for '{0}' operator. Received '{1}' but array value expected \
                 eg: 'field[{0}]:[value_1,value_2]'",
                self.word,
                excerpt::of(self.value)
            ))),
        }
    }

    pub fn invalid(&self, sentence: &str) -> Error {
        Error::Unreadable(format!("'filter' invalid for '{}'. {sentence}", excerpt::of(self.text)))
    }
}

/// Where a condition should stand, and something else does.
pub fn unreadable(text: &str) -> Error {
    Error::Unreadable(format!("'filter' invalid for '{}'. eg: price[gte]:10", excerpt::of(text)))
}
