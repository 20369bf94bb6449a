//! The key ring. The first key seals and signs, all keys open and verify.
//! The key file holds it as text: one base64 key in each line, comments after `#`.

use std::{fmt, sync::Arc};

use secrecy::{ExposeSecret, SecretString};

use super::key::{ID_DIGITS, InvalidKey, KEY_BYTES, Key};

/// At least one key; clones share them.
#[derive(Clone)]
pub struct KeyRing {
    first: Arc<Key>,
    others: Vec<Arc<Key>>,
}

/// The id of a key: eight hex digits, not secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyId([u8; ID_DIGITS]);

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
        Self { first: Arc::new(Key::generate()), others: Vec::new() }
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
        Self::of(keys.into_iter().map(Arc::new)).ok_or(KeyError::Empty)
    }

    fn of(mut keys: impl Iterator<Item = Arc<Key>>) -> Option<Self> {
        Some(Self { first: keys.next()?, others: keys.collect() })
    }

    /// The ring without some of its keys; `None` if none is left.
    pub fn without(&self, is_dropped: impl Fn(&str) -> bool) -> Option<Self> {
        Self::of(self.shared().filter(|key| !is_dropped(&key.id)).cloned())
    }

    /// The same keys, the one with this id first if it is among them.
    pub fn with_first(&self, id: &str) -> Self {
        let (first, others): (Vec<_>, Vec<_>) = self.shared().cloned().partition(|key| key.id == id);
        Self::of(first.into_iter().chain(others)).expect("a ring has a key")
    }

    /// The ring of one of its keys.
    pub fn only(&self, id: &str) -> Option<Self> {
        self.without(|other| other != id)
    }

    /// The text of the key file, for [`KeyRing::parse`].
    pub fn text(&self) -> SecretString {
        self.keys().fold(String::new(), |text, key| text + key.to_base64().expose_secret() + "\n").into()
    }

    /// The id of the first key. Ids are eight hex digits and not secret.
    pub fn current_id(&self) -> &str {
        &self.first.id
    }

    pub fn current_key_id(&self) -> KeyId {
        KeyId::parse(&self.first.id).expect("an id of eight digits")
    }

    pub fn holds(&self, id: &str) -> bool {
        self.key(id).is_some()
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
        self.shared().map(|key| &**key)
    }

    fn shared(&self) -> impl Iterator<Item = &Arc<Key>> {
        std::iter::once(&self.first).chain(&self.others)
    }
}

impl KeyId {
    /// `None` if the text is not as long as an id.
    pub fn parse(text: &str) -> Option<Self> {
        text.as_bytes().try_into().ok().map(Self)
    }

    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
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
