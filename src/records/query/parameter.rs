//! One query parameter by its name. Some clients send unused parameters with an empty value; these count as absent.

use super::Pairs;
use crate::error::{Error, Result};

/// Limits the time that parsing takes.
const MAX_BYTES: usize = 16 * 1_024;

/// The trimmed value; refuses a parameter that is sent twice.
pub fn find<'p>(pairs: &'p Pairs, name: &str) -> Result<Option<&'p str>> {
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

/// The trimmed value; refuses more than [`MAX_BYTES`].
pub fn find_bounded<'p>(pairs: &'p Pairs, name: &str) -> Result<Option<&'p str>> {
    let value = find(pairs, name)?;
    match value {
        Some(text) if text.len() > MAX_BYTES => Err(Error::Unreadable(format!(
            "'{name}' is {} bytes long. The maximum is {MAX_BYTES}",
            text.len()
        ))),
        _ => Ok(value),
    }
}
