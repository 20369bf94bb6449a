//! One condition, `path[comparator]:value`, before it is checked.

use super::{comparator::Comparator, value};
use crate::{
    catalogue::object::Object,
    error::{Error, Result},
    records::query::excerpt,
};

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
                excerpt::truncate_and_redact(object, self.text),
                excerpt::truncate(self.comparator_name),
                Comparator::names(|_| true)
            ))
        })
    }

    /// How many bytes of the value are in quotes or square brackets, where commas and parentheses separate nothing.
    pub fn enclosed_length(&self) -> usize {
        let length = if Comparator::from_name(self.comparator_name).is_some_and(Comparator::takes_list) {
            value::parse_list(self.value).map(|(_, length)| length)
        } else {
            value::parse_quoted(self.value, value::AFTER_VALUE).map(|(_, length)| length)
        };
        length.unwrap_or(0)
    }

    /// The value without its quotes.
    pub fn parse_value(&self) -> Result<String> {
        if !value::begins_quoted(self.value) {
            return Ok(self.value.to_owned());
        }
        match value::parse_quoted(self.value, value::AFTER_VALUE) {
            Some((value, length)) if length == self.value.len() => Ok(value),
            _ => Err(self.invalid("Its quote does not end. Write a quote inside quotes twice")),
        }
    }

    /// The members of the list without their quotes.
    pub fn parse_list(&self) -> Result<Vec<String>> {
        match value::parse_list(self.value) {
            Some((members, length)) if length == self.value.len() => Ok(members),
            _ => Err(Error::Unreadable(format!(
                "'filter' invalid for '{0}' operator. Received '{1}' but array value expected \
                 eg: 'field[{0}]:[value_1,value_2]'",
                self.comparator_name,
                excerpt::truncate(self.value)
            ))),
        }
    }

    /// An error with an excerpt of the condition and this sentence.
    pub fn invalid(&self, sentence: &str) -> Error {
        Error::Unreadable(format!("'filter' invalid for '{}'. {sentence}", excerpt::truncate(self.text)))
    }
}

/// The error for a text that is not a condition.
pub fn invalid_condition(object: &Object, text: &str) -> Error {
    let excerpt = excerpt::truncate_and_redact(object, text);
    Error::Unreadable(format!("'filter' invalid for '{excerpt}'. eg: price[gte]:10"))
}
