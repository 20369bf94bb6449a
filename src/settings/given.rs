//! The raw value of one setting. Parsing gives the typed value, or an error with the setting's origin and its value.

use std::{ops::RangeInclusive, str::FromStr};

use anyhow::anyhow;
use secrecy::SecretString;
use toml::Value;

use super::key::Key;

/// The raw value of one setting, as an operator gave it or by default.
pub struct Given {
    pub key: &'static Key,
    /// Where it was set, such as `--workers` or `ROSTER_WORKERS`; for error messages.
    pub origin: String,
    pub value: Value,
}

impl Given {
    pub fn parse<T: FromStr>(&self) -> anyhow::Result<T> {
        text(&self.value).and_then(|text| text.parse().ok()).ok_or_else(|| self.refusal())
    }

    /// The text unchanged, if `accepted` returns true.
    pub fn text_if(&self, accepted: impl Fn(&str) -> bool) -> anyhow::Result<String> {
        text(&self.value).filter(|text| accepted(text)).ok_or_else(|| self.refusal())
    }

    pub fn secret(&self) -> anyhow::Result<SecretString> {
        self.secret_if(|_| true)
    }

    pub fn secret_if(&self, accepted: impl Fn(&str) -> bool) -> anyhow::Result<SecretString> {
        self.text_if(accepted).map(SecretString::from)
    }

    pub fn number<T: FromStr + PartialOrd>(&self, range: RangeInclusive<T>) -> anyhow::Result<T> {
        self.parse().and_then(|number| if range.contains(&number) { Ok(number) } else { Err(self.refusal()) })
    }

    /// Parses an array, which only the file can have, or a text separated by commas.
    pub fn list<T: FromStr>(&self) -> anyhow::Result<Vec<T>> {
        self.items()
            .and_then(|items| items.iter().map(|item| item.parse().ok()).collect())
            .ok_or_else(|| self.refusal())
    }

    pub fn list_if(&self, accepted: impl Fn(&str) -> bool) -> anyhow::Result<Vec<String>> {
        self.items().filter(|items| items.iter().all(|item| accepted(item))).ok_or_else(|| self.refusal())
    }

    fn items(&self) -> Option<Vec<String>> {
        let texts = match &self.value {
            Value::Array(items) => items.iter().map(text).collect::<Option<Vec<_>>>()?,
            value => vec![text(value)?],
        };
        let items = texts.iter().flat_map(|text| text.split(',')).map(str::trim);
        Some(items.filter(|item| !item.is_empty()).map(str::to_owned).collect())
    }

    fn refusal(&self) -> anyhow::Error {
        let (origin, accepts) = (&self.origin, self.key.accepts);
        match text(&self.value) {
            Some(text) if !self.key.is_secret() => anyhow!("{origin} is {text:?}; it takes {accepts}"),
            _ => anyhow!("{origin} is not accepted; it takes {accepts}"),
        }
    }
}

/// The file may contain `workers = 4` or `workers = "4"`.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Boolean(boolean) => Some(boolean.to_string()),
        Value::Datetime(moment) => Some(moment.to_string()),
        Value::Array(_) | Value::Table(_) => None,
    }
}
