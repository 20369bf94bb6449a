//! The comparators by their names, and which of them a column can answer.

use crate::{
    catalogue::column::Cell,
    records::query::subject::{Holds, Subject},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparator {
    Eq,
    Neq,
    In,
    ContainsAny,
    Is,
    Gt,
    Gte,
    Lt,
    Lte,
    StartsWith,
    Like,
    Ilike,
}

const NAMES: [(&str, Comparator); 12] = [
    ("eq", Comparator::Eq),
    ("neq", Comparator::Neq),
    ("in", Comparator::In),
    ("containsAny", Comparator::ContainsAny),
    ("is", Comparator::Is),
    ("gt", Comparator::Gt),
    ("gte", Comparator::Gte),
    ("lt", Comparator::Lt),
    ("lte", Comparator::Lte),
    ("startsWith", Comparator::StartsWith),
    ("like", Comparator::Like),
    ("ilike", Comparator::Ilike),
];

impl Comparator {
    pub fn named(word: &str) -> Option<Self> {
        NAMES.into_iter().find(|(name, _)| *name == word).map(|(_, comparator)| comparator)
    }

    /// Those that are of a kind, in a sentence.
    pub fn names(is_meant: impl Fn(Self) -> bool) -> String {
        let names: Vec<_> =
            NAMES.into_iter().filter(|(_, comparator)| is_meant(*comparator)).map(|(name, _)| name).collect();
        names.join(", ")
    }

    pub fn takes_list(self) -> bool {
        matches!(self, Self::In | Self::ContainsAny)
    }

    /// Options have no order and no prefixes, lists no equals, and a secret is there or not.
    pub fn fits(self, subject: &Subject) -> bool {
        let is_option = matches!(subject.holds, Holds::OneOf(_));
        let cell = subject.column.cell;
        match self {
            Self::Is => true,
            _ if subject.column.is_secret => false,
            Self::Eq | Self::Neq | Self::In => cell != Cell::Json,
            Self::ContainsAny => matches!(subject.holds, Holds::Many | Holds::ManyOf(_)),
            Self::Gt | Self::Gte | Self::Lt | Self::Lte => {
                !is_option && !matches!(cell, Cell::Json | Cell::Boolean)
            }
            Self::StartsWith => !is_option && matches!(cell, Cell::Text | Cell::Uuid),
            Self::Like | Self::Ilike => !is_option && matches!(cell, Cell::Text | Cell::Uuid | Cell::Json),
        }
    }
}
