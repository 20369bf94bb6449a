//! One query parameter by its name. Clients send the ones they have nothing for as well, empty: those are absent.

use super::Pairs;
use crate::error::{Error, Result};

/// Longer ones ask for more than a page of records is worth.
const LONGEST: usize = 16 * 1_024;

/// The value, without the blanks around it.
pub fn one<'p>(pairs: &'p Pairs, name: &str) -> Result<Option<&'p str>> {
    let mut values = pairs
        .iter()
        .filter(|(sent, _)| sent == name)
        .map(|(_, value)| value.trim())
        .filter(|value| !value.is_empty());
    let value = values.next();
    match values.next() {
        None => Ok(value),
        Some(_) => Err(Error::Unreadable(format!("'{name}' is sent more than once. Send it once"))),
    }
}

/// One that is parsed word by word, and therefore has a length.
pub fn bounded<'p>(pairs: &'p Pairs, name: &str) -> Result<Option<&'p str>> {
    let value = one(pairs, name)?;
    match value {
        Some(text) if text.len() > LONGEST => {
            Err(Error::Unreadable(format!("'{name}' is {} bytes long. The maximum is {LONGEST}", text.len())))
        }
        _ => Ok(value),
    }
}
