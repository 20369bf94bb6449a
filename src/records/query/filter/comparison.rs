//! The comparators of filters, and a checked condition: its value is a literal of the column's type and, if the field
//! has options, one of them.

use super::condition::Condition;
use crate::{
    catalogue::column::Cell,
    error::{Error, Result},
    records::{
        literal,
        query::{
            subject::{Subject, Values},
            truncate,
        },
    },
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

/// All values except patterns are literals. A cell that is null matches only `IsNull`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comparison {
    Equal(String),
    NotEqual(String),
    /// An empty list matches no record.
    In(Vec<String>),
    /// The list in the cell contains at least one of these texts.
    ContainsAny(Vec<String>),
    IsNull,
    IsNotNull,
    Greater(String),
    GreaterOrEqual(String),
    Less(String),
    LessOrEqual(String),
    /// A text, not a pattern.
    StartsWith(String),
    /// A pattern of SQL: `%`, `_`, and `\` as the escape character.
    Like(String),
    Ilike(String),
}

impl Comparison {
    /// Checks that the comparator fits the column, and parses the value.
    pub fn parse(subject: &Subject, comparator: Comparator, condition: &Condition) -> Result<Self> {
        if !comparator.fits(subject) {
            return Err(comparator_not_available(subject, condition));
        }
        let value = || parse_literal(subject, condition, &condition.parse_value()?);
        let list = || -> Result<Vec<_>> {
            condition.parse_list()?.iter().map(|value| parse_literal(subject, condition, value)).collect()
        };
        match comparator {
            Comparator::Eq => value().map(Self::Equal),
            Comparator::Neq => value().map(Self::NotEqual),
            Comparator::In => list().map(Self::In),
            Comparator::ContainsAny => list().map(Self::ContainsAny),
            Comparator::Is => parse_null_test(subject, condition),
            Comparator::Gt => value().map(Self::Greater),
            Comparator::Gte => value().map(Self::GreaterOrEqual),
            Comparator::Lt => value().map(Self::Less),
            Comparator::Lte => value().map(Self::LessOrEqual),
            Comparator::StartsWith => parse_text(condition).map(Self::StartsWith),
            Comparator::Like => parse_pattern(condition).map(Self::Like),
            Comparator::Ilike => parse_pattern(condition).map(Self::Ilike),
        }
    }
}

/// Does not repeat the value: it may be a guess at a secret.
fn comparator_not_available(subject: &Subject, condition: &Condition) -> Error {
    Error::Unreadable(format!(
        "'filter' comparator {} not available for '{}'. Available comparators are {}",
        condition.comparator_name,
        subject.path,
        Comparator::names(|comparator| comparator.fits(subject))
    ))
}

fn parse_literal(subject: &Subject, condition: &Condition, value: &str) -> Result<String> {
    let Subject { path, column, .. } = subject;
    let options = subject.options();
    let is_available = options.is_none_or(|options| options.iter().any(|option| option == value));
    match (literal::parse(column.cell, value).filter(|_| is_available), options) {
        (Some(literal), _) => Ok(literal),
        _ if is_null(value) => {
            Err(condition.invalid(&format!("Ask for what is empty by 'is'. eg: {path}[is]:NULL")))
        }
        (None, Some(options)) => Err(unknown_option(path, value, options)),
        (None, None) => {
            Err(condition.invalid(&format!("'{path}' takes {}", literal::description(column.cell))))
        }
    }
}

fn unknown_option(path: &str, value: &str, options: &[String]) -> Error {
    Error::Unreadable(format!(
        "'filter' enum value '{}' not available in '{path}' enum. Available enum values are ['{}']",
        truncate(value),
        options.join("', '")
    ))
}

fn is_null(value: &str) -> bool {
    value.eq_ignore_ascii_case("NULL")
}

/// Does not repeat a value that may be a guess at a secret.
fn parse_null_test(subject: &Subject, condition: &Condition) -> Result<Comparison> {
    match condition.parse_value() {
        Ok(value) if is_null(&value) => Ok(Comparison::IsNull),
        Ok(value) if value.eq_ignore_ascii_case("NOT_NULL") => Ok(Comparison::IsNotNull),
        _ if subject.column.is_secret => Err(Error::Unreadable(format!(
            "'filter' invalid for '{}[is]:[FILTERED]'. 'is' takes NULL or NOT_NULL",
            subject.path
        ))),
        Ok(_) => Err(condition.invalid("'is' takes NULL or NOT_NULL")),
        Err(error) => Err(error),
    }
}

fn parse_text(condition: &Condition) -> Result<String> {
    literal::parse(Cell::Text, &condition.parse_value()?)
        .ok_or_else(|| condition.invalid(&format!("It takes {}", literal::description(Cell::Text))))
}

/// Refuses a pattern that ends with an incomplete escape, on which PostgreSQL fails.
fn parse_pattern(condition: &Condition) -> Result<String> {
    let pattern = parse_text(condition)?;
    let backslashes = pattern.len() - pattern.trim_end_matches('\\').len();
    if backslashes % 2 == 1 {
        return Err(condition.invalid("Its pattern ends in a single \\. Write \\\\ for one that is meant"));
    }
    Ok(pattern)
}
