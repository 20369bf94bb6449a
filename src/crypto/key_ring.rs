//! The key ring. The first key seals and signs, all keys open and verify, so a new key can be put first at any time.
//! The key file holds it as text: one base64 key in each line, comments after `#`.

use std::{fmt, sync::Arc};

use secrecy::{ExposeSecret, SecretString};

use super::key::{InvalidKey, KEY_BYTES, Key};

/// At least one key; clones share them.
#[derive(Clone)]
pub struct KeyRing {
    first: Arc<Key>,
    others: Arc<[Key]>,
}

/// Why a text is not a key ring. Names the line, never its content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("there is no key in it: add a line made by `openssl rand -base64 32`")]
    Empty,
    #[error("line {line} is not base64: put the key there as `openssl rand -base64 32` prints it")]
    NotBase64 { line: usize },
    #[error(
        "line {line} holds {bytes} bytes, and a key has {KEY_BYTES}: \
         put a whole one there, made by `openssl rand -base64 32`"
    )]
    WrongLength { line: usize, bytes: usize },
    #[error(
        "line {line} is one byte over and over: put a random key there, made by `openssl rand -base64 32`"
    )]
    NotRandom { line: usize },
    #[error("line {line} repeats the key of an earlier line: remove one of the two")]
    Repeated { line: usize },
}

impl KeyRing {
    /// A ring of one new random key.
    pub fn generate() -> Self {
        Self { first: Arc::new(Key::generate()), others: Arc::new([]) }
    }

    /// Parses the text of a key file.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let mut keys: Vec<Key> = Vec::new();
        for (line, text) in (1..).zip(text.lines()) {
            let text = text.split('#').next().unwrap_or_default().trim();
            if text.is_empty() {
                continue;
            }
            let key = Key::parse(text).map_err(|invalid| KeyError::at(line, &invalid))?;
            if keys.iter().any(|earlier| earlier.id == key.id) {
                return Err(KeyError::Repeated { line });
            }
            keys.push(key);
        }
        let mut keys = keys.into_iter();
        let first = keys.next().ok_or(KeyError::Empty)?;
        Ok(Self { first: Arc::new(first), others: keys.collect() })
    }

    /// The text of the key file, for [`KeyRing::parse`].
    pub fn text(&self) -> SecretString {
        self.keys().fold(String::new(), |text, key| text + key.to_base64().expose_secret() + "\n").into()
    }

    /// The id of the first key. Ids are eight hex digits and not secret.
    pub fn current_id(&self) -> &str {
        &self.first.id
    }

    /// The ids of all keys, the first key's first.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.keys().map(|key| key.id.as_str())
    }

    pub(super) fn current(&self) -> &Key {
        &self.first
    }

    pub(super) fn key(&self, id: &str) -> Option<&Key> {
        self.keys().find(|key| key.id == id)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&*self.first).chain(self.others.iter())
    }
}

impl KeyError {
    fn at(line: usize, invalid: &InvalidKey) -> Self {
        match *invalid {
            InvalidKey::NotBase64 => Self::NotBase64 { line },
            InvalidKey::WrongLength(bytes) => Self::WrongLength { line, bytes },
            InvalidKey::NotRandom => Self::NotRandom { line },
        }
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyRing")?;
        f.debug_list().entries(self.ids()).finish()
    }
}

#[cfg(test)]
mod tests;
