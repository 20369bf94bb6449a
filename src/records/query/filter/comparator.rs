//! The comparators of filters, and which columns they fit.

use crate::{
    catalogue::column::Cell,
    records::query::subject::{Subject, Values},
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
    pub fn from_name(sent: &str) -> Option<Self> {
        NAMES.into_iter().find(|(name, _)| *name == sent).map(|(_, comparator)| comparator)
    }

    /// The names of the matching comparators, separated by commas.
    pub fn names(matches: impl Fn(Self) -> bool) -> String {
        let names: Vec<_> =
            NAMES.into_iter().filter(|(_, comparator)| matches(*comparator)).map(|(name, _)| name).collect();
        names.join(", ")
    }

    pub fn takes_list(self) -> bool {
        matches!(self, Self::In | Self::ContainsAny)
    }

    /// Options have no order and no prefixes, lists cannot be compared as a whole, and a secret allows only `is`.
    pub fn fits(self, subject: &Subject) -> bool {
        let is_option = matches!(subject.values, Values::OneOf(_));
        let cell = subject.column.cell;
        match self {
            Self::Is => true,
            _ if subject.column.is_secret => false,
            Self::Eq | Self::Neq | Self::In => cell != Cell::Json,
            Self::ContainsAny => matches!(subject.values, Values::Many | Values::ManyOf(_)),
            Self::Gt | Self::Gte | Self::Lt | Self::Lte => {
                !is_option && !matches!(cell, Cell::Json | Cell::Boolean)
            }
            Self::StartsWith => !is_option && matches!(cell, Cell::Text | Cell::Uuid),
            Self::Like | Self::Ilike => !is_option && matches!(cell, Cell::Text | Cell::Uuid | Cell::Json),
        }
    }
}
