//! What somebody gave for one setting, and where; turned into a value, or into the sentence that refuses it.

use std::{ops::RangeInclusive, str::FromStr};

use anyhow::anyhow;
use config::{Value, ValueKind};
use secrecy::SecretString;

use super::key::Key;

/// The text is not what its setting accepts; which setting that is, the reader knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an accepted value")]
pub struct Unacceptable;

pub struct Given<'a> {
    pub key: &'a Key,
    pub value: &'a Value,
}

impl Given<'_> {
    pub fn parse<T: FromStr>(&self) -> anyhow::Result<T> {
        self.text().and_then(|text| text.parse().ok()).ok_or_else(|| self.refusal())
    }

    /// The text as it came, once it has the shape that `accepted` knows.
    pub fn text_that(&self, accepted: impl Fn(&str) -> bool) -> anyhow::Result<String> {
        self.text().filter(|text| accepted(text)).ok_or_else(|| self.refusal())
    }

    pub fn secret(&self) -> anyhow::Result<SecretString> {
        self.secret_that(|_| true)
    }

    pub fn secret_that(&self, accepted: impl Fn(&str) -> bool) -> anyhow::Result<SecretString> {
        self.text_that(accepted).map(SecretString::from)
    }

    pub fn number<T: FromStr + PartialOrd>(&self, range: RangeInclusive<T>) -> anyhow::Result<T> {
        self.parse().and_then(|number| if range.contains(&number) { Ok(number) } else { Err(self.refusal()) })
    }

    /// An array in the file, or a text separated by commas anywhere.
    pub fn list<T: FromStr>(&self) -> anyhow::Result<Vec<T>> {
        self.items()
            .and_then(|items| items.iter().map(|item| item.parse().ok()).collect())
            .ok_or_else(|| self.refusal())
    }

    pub fn list_that(&self, accepted: impl Fn(&str) -> bool) -> anyhow::Result<Vec<String>> {
        self.items().filter(|items| items.iter().all(|item| accepted(item))).ok_or_else(|| self.refusal())
    }

    fn items(&self) -> Option<Vec<String>> {
        let texts = match &self.value.kind {
            ValueKind::Array(items) => {
                items.iter().map(|value| Given { value, ..*self }.text()).collect::<Option<Vec<_>>>()?
            }
            _ => vec![self.text()?],
        };
        let items = texts.iter().flat_map(|text| text.split(',')).map(str::trim);
        Some(items.filter(|item| !item.is_empty()).map(str::to_owned).collect())
    }

    fn text(&self) -> Option<String> {
        match &self.value.kind {
            ValueKind::Array(_) | ValueKind::Table(_) | ValueKind::Nil => None,
            _ => self.value.clone().into_string().ok(),
        }
    }

    fn refusal(&self) -> anyhow::Error {
        let origin = self.value.origin().unwrap_or(self.key.name);
        let accepts = self.key.accepts;
        match self.text() {
            Some(text) if !self.key.is_secret() => anyhow!("{origin} is {text:?}; it takes {accepts}"),
            _ => anyhow!("{origin} is not accepted; it takes {accepts}"),
        }
    }
}
