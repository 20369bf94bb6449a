//! Length limits of the texts that identify a record. They are in an index, and an entry of PostgreSQL's holds
//! 2,704 bytes, the workspace and the id among them; SQLite would take any, and has the same limit here.

use std::fmt;

use super::{column::Column, composite::Composite, object::Kind};
use crate::error::{Error, Result};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LengthLimit {
    Characters(usize),
    Bytes(usize),
}

const NAME: LengthLimit = LengthLimit::Characters(255);
/// 64 of the mailbox, the sign, and 255 of the host.
const ADDRESS: LengthLimit = LengthLimit::Characters(320);
const LINK: LengthLimit = LengthLimit::Bytes(2_048);

impl LengthLimit {
    /// The limit of a text in a field of this kind.
    pub fn for_kind(kind: &Kind) -> Self {
        match kind {
            Kind::Composite(Composite::Emails, _) => ADDRESS,
            Kind::Composite(Composite::Links, _) => LINK,
            _ => NAME,
        }
    }

    /// For JSON schemas, which count characters: a longer text never fits.
    pub fn in_characters(self) -> usize {
        match self {
            Self::Characters(most) | Self::Bytes(most) => most,
        }
    }

    fn holds(self, text: &str) -> bool {
        match self {
            Self::Characters(most) => text.chars().count() <= most,
            Self::Bytes(most) => text.len() <= most,
        }
    }
}

impl fmt::Display for LengthLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Characters(most) => write!(f, "{most} characters"),
            Self::Bytes(most) => write!(f, "{most} bytes"),
        }
    }
}

impl Column {
    pub fn expect_to_fit(&self, text: Option<&str>) -> Result<()> {
        match (self.length_limit, text) {
            (Some(length_limit), Some(text)) if !length_limit.holds(text) => {
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

    const LARGEST_ENTRY: usize = 2_704;
    /// The entry's header, the workspace and the id.
    const BESIDE_THE_TEXTS: usize = 8 + 8 + 16;
    const LENGTH_AND_PADDING: usize = 4 + 7;

    fn bytes(object: &Object, path: &str) -> usize {
        let column = object.column(path).expect(path);
        assert_eq!(column.cell, Cell::Text, "{path}");
        let text = match column.length_limit.expect(path) {
            LengthLimit::Characters(most) => most * char::MAX.len_utf8(),
            LengthLimit::Bytes(most) => most,
        };
        text + LENGTH_AND_PADDING
    }

    #[test]
    fn what_tells_records_apart_fits_an_index() {
        let mut indexes = 0;
        for object in catalogue().objects() {
            let unique = object.unique.iter().map(std::slice::from_ref);
            for paths in object.duplicate_criteria.iter().map(Vec::as_slice).chain(unique) {
                let texts: usize = paths.iter().map(|path| bytes(object, path)).sum();
                assert!(BESIDE_THE_TEXTS + texts <= LARGEST_ENTRY, "{} {paths:?}", object.singular);
                indexes += 1;
            }
        }
        assert_eq!(indexes, 7);
    }
}
