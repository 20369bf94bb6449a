//! Length limits of the texts in unique indexes and in indexes for duplicates. An index entry of PostgreSQL holds at
//! most 2,704 bytes, including workspace and id; SQLite has no limit, but must behave the same.

use std::fmt;

use super::{column::Column, composite::Composite, object::Kind};
use crate::error::{Error, Result};

/// The longest text of a column, in Unicode characters or in bytes of UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LengthLimit {
    Characters(usize),
    Bytes(usize),
}

const NAME: LengthLimit = LengthLimit::Characters(255);
/// 64 for the mailbox, 1 for `@` and 255 for the host.
const ADDRESS: LengthLimit = LengthLimit::Characters(320);
const LINK: LengthLimit = LengthLimit::Bytes(2_048);

impl LengthLimit {
    pub fn for_kind(kind: &Kind) -> Self {
        match kind {
            Kind::Composite(Composite::Emails, _) => ADDRESS,
            Kind::Composite(Composite::Links, _) => LINK,
            _ => NAME,
        }
    }

    /// The limit for JSON schemas, which count characters; a limit in bytes is only an upper bound there.
    pub fn in_characters(self) -> usize {
        match self {
            Self::Characters(max) | Self::Bytes(max) => max,
        }
    }

    fn fits(self, text: &str) -> bool {
        match self {
            Self::Characters(max) => text.chars().count() <= max,
            Self::Bytes(max) => text.len() <= max,
        }
    }
}

impl fmt::Display for LengthLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Characters(max) => write!(f, "{max} characters"),
            Self::Bytes(max) => write!(f, "{max} bytes"),
        }
    }
}

impl Column {
    pub fn expect_to_fit(&self, text: Option<&str>) -> Result<()> {
        match (self.length_limit, text) {
            (Some(length_limit), Some(text)) if !length_limit.fits(text) => {
                Err(Error::Unreadable(format!("{}: is longer than {length_limit}", self.path())))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LengthLimit;
    use crate::catalogue::{catalogue, column::Cell, object::Object};

    const MAX_ENTRY_BYTES: usize = 2_704;
    /// The header of the entry, the workspace and the id.
    const FIXED_BYTES: usize = 8 + 8 + 16;
    /// The length and the padding of a text.
    const BYTES_PER_TEXT: usize = 4 + 7;

    fn max_bytes(object: &Object, path: &str) -> usize {
        let column = object.column(path).expect(path);
        assert_eq!(column.cell, Cell::Text, "{path}");
        let text = match column.length_limit.expect(path) {
            LengthLimit::Characters(max) => max * char::MAX.len_utf8(),
            LengthLimit::Bytes(max) => max,
        };
        text + BYTES_PER_TEXT
    }

    #[test]
    fn limited_texts_fit_into_an_index_entry() {
        let mut indexes = 0;
        for object in catalogue().objects() {
            let unique = object.unique.iter().map(std::slice::from_ref);
            for paths in object.duplicate_criteria.iter().map(Vec::as_slice).chain(unique) {
                let texts: usize = paths.iter().map(|path| max_bytes(object, path)).sum();
                assert!(FIXED_BYTES + texts <= MAX_ENTRY_BYTES, "{} {paths:?}", object.singular);
                indexes += 1;
            }
        }
        assert_eq!(indexes, 7);
    }
}
