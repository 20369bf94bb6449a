//! A condition that has been checked: what a cell is compared with is a literal of its kind and, where its field is a
//! choice, one of the options.

use super::{comparator::Comparator, condition::Condition};
use crate::{
    catalogue::column::Cell,
    error::{Error, Result},
    records::{
        literal,
        query::{excerpt, subject::Subject},
    },
};

/// All but the patterns are literals. An empty cell answers to `IsNull` alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comparison {
    Equal(String),
    NotEqual(String),
    /// Of none: no record.
    In(Vec<String>),
    /// The list in the cell holds at least one of these texts.
    ContainsAny(Vec<String>),
    IsNull,
    IsNotNull,
    Greater(String),
    GreaterOrEqual(String),
    Less(String),
    LessOrEqual(String),
    /// A text, not a pattern.
    StartsWith(String),
    /// A pattern of SQL: `%`, `_`, and `\` before one that is meant.
    Like(String),
    Ilike(String),
}

impl Comparison {
    pub fn read(subject: &Subject, comparator: Comparator, condition: &Condition) -> Result<Self> {
        if !comparator.fits(subject) {
            return Err(misfit(subject, condition));
        }
        let one = || literal_of(subject, condition, &condition.one()?);
        let many = || -> Result<Vec<_>> {
            condition.many()?.iter().map(|value| literal_of(subject, condition, value)).collect()
        };
        match comparator {
            Comparator::Eq => one().map(Self::Equal),
            Comparator::Neq => one().map(Self::NotEqual),
            Comparator::In => many().map(Self::In),
            Comparator::ContainsAny => many().map(Self::ContainsAny),
            Comparator::Is => presence(condition),
            Comparator::Gt => one().map(Self::Greater),
            Comparator::Gte => one().map(Self::GreaterOrEqual),
            Comparator::Lt => one().map(Self::Less),
            Comparator::Lte => one().map(Self::LessOrEqual),
            Comparator::StartsWith => text(condition).map(Self::StartsWith),
            Comparator::Like => pattern(condition).map(Self::Like),
            Comparator::Ilike => pattern(condition).map(Self::Ilike),
        }
    }
}

/// Without the value, which may be a secret that was guessed at.
fn misfit(subject: &Subject, condition: &Condition) -> Error {
    Error::Unreadable(format!(
        "'filter' comparator {} not available for '{}'. Available comparators are {}",
        condition.word,
        subject.path,
        Comparator::names(|comparator| comparator.fits(subject))
    ))
}

fn literal_of(subject: &Subject, condition: &Condition, value: &str) -> Result<String> {
    let Subject { path, column, .. } = subject;
    let options = subject.options();
    let is_available = options.is_none_or(|options| options.iter().any(|option| option == value));
    match (literal::parse(column.cell, value).filter(|_| is_available), options) {
        (Some(literal), _) => Ok(literal),
        _ if is_null(value) => {
            Err(condition.invalid(&format!("Ask for what is empty by 'is'. eg: {path}[is]:NULL")))
        }
        (None, Some(options)) => Err(no_option(path, value, options)),
        (None, None) => {
            Err(condition.invalid(&format!("'{path}' takes {}", literal::description(column.cell))))
        }
    }
}

fn no_option(path: &str, value: &str, options: &[String]) -> Error {
    Error::Unreadable(format!(
        "'filter' enum value '{}' not available in '{path}' enum. Available enum values are ['{}']",
        excerpt::of(value),
        options.join("', '")
    ))
}

fn is_null(value: &str) -> bool {
    value.eq_ignore_ascii_case("NULL")
}

fn presence(condition: &Condition) -> Result<Comparison> {
    match condition.one()? {
        value if is_null(&value) => Ok(Comparison::IsNull),
        value if value.eq_ignore_ascii_case("NOT_NULL") => Ok(Comparison::IsNotNull),
        _ => Err(condition.invalid("'is' takes NULL or NOT_NULL")),
    }
}

fn text(condition: &Condition) -> Result<String> {
    literal::parse(Cell::Text, &condition.one()?)
        .ok_or_else(|| condition.invalid(&format!("It takes {}", literal::description(Cell::Text))))
}

/// PostgreSQL fails on a pattern that ends in the middle of an escape.
fn pattern(condition: &Condition) -> Result<String> {
    let pattern = text(condition)?;
    let backslashes = pattern.len() - pattern.trim_end_matches('\\').len();
    if backslashes % 2 == 1 {
        return Err(condition.invalid("Its pattern ends in a single \\. Write \\\\ for one that is meant"));
    }
    Ok(pattern)
}
