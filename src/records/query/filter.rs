//! Which records: `and(city[eq]:"Basel",or(position[lt]:3,not(deletedAt[is]:NULL)))`.
//! Text becomes tokens, tokens a tree, and every condition in it a comparison that its column can answer. Where the
//! dialect's home reads a filter wrong, this reads it right: `spec/decisions/0009-the-query-grammar.md`.

mod comparator;
mod comparison;
mod condition;
mod patterns;
#[cfg(test)]
mod tests;
mod tokens;
mod value;

use std::iter::Peekable;

pub use self::comparison::Comparison;
use self::{
    condition::Condition,
    patterns::Patterns,
    tokens::{Token, tokens},
};
use super::{Pairs, excerpt, parameter, subject::Subject};
use crate::{
    catalogue::{column::Column, object::Object},
    error::{Error, Result},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter<'o> {
    All(Vec<Filter<'o>>),
    Any(Vec<Filter<'o>>),
    Not(Box<Filter<'o>>),
    Test(&'o Column, Comparison),
}

/// What is left to read, and whom it is about.
struct Parser<'o, 't> {
    object: &'o Object,
    tokens: Peekable<std::vec::IntoIter<Token<'t>>>,
    patterns: Patterns,
}

impl<'o> Filter<'o> {
    pub fn read(object: &'o Object, pairs: &Pairs) -> Result<Option<Self>> {
        parameter::bounded(pairs, "filter")?.map(|text| Self::parse(object, text)).transpose()
    }

    fn parse(object: &'o Object, text: &str) -> Result<Self> {
        let mut parser =
            Parser { object, tokens: tokens(text)?.into_iter().peekable(), patterns: Patterns::default() };
        let mut filters = parser.list()?;
        match parser.tokens.next() {
            Some(token) => Err(condition::unreadable(token.text())),
            None if filters.len() == 1 => Ok(filters.remove(0)),
            None => Ok(Self::All(filters)),
        }
    }
}

/// The tokens end, and their conjunctions are nested no deeper than `tokens` allows: so does the recursion.
impl<'o> Parser<'o, '_> {
    fn list(&mut self) -> Result<Vec<Filter<'o>>> {
        let mut filters = vec![self.item()?];
        while self.tokens.next_if(|token| matches!(token, Token::Comma)).is_some() {
            filters.push(self.item()?);
        }
        Ok(filters)
    }

    fn item(&mut self) -> Result<Filter<'o>> {
        match self.tokens.next_if(|token| matches!(token, Token::Open(_) | Token::Condition(_))) {
            Some(Token::Open(word)) => self.conjunction(word),
            Some(Token::Condition(text)) => self.condition(text),
            _ => Err(condition::unreadable("")),
        }
    }

    fn conjunction(&mut self, word: &str) -> Result<Filter<'o>> {
        match word {
            "and" => Ok(Filter::All(self.enclosed()?)),
            "or" => Ok(Filter::Any(self.enclosed()?)),
            "not" => self.negation(),
            _ => Err(Error::Unreadable(format!(
                "'filter' invalid. '{}' is not a conjunction. Available are and, or, not. \
                 eg: or(field_1[eq]:1,field_2[eq]:2)",
                excerpt::of(word)
            ))),
        }
    }

    fn enclosed(&mut self) -> Result<Vec<Filter<'o>>> {
        let filters = self.list()?;
        match self.tokens.next() {
            Some(Token::Close) => Ok(filters),
            other => Err(condition::unreadable(other.map_or("", Token::text))),
        }
    }

    fn negation(&mut self) -> Result<Filter<'o>> {
        let one = |filters: Vec<_>| <[Filter; 1]>::try_from(filters).ok();
        let is_empty = matches!(self.tokens.peek(), Some(Token::Close));
        let negated = if is_empty { None } else { one(self.enclosed()?) };
        negated.map(|[filter]| Filter::Not(Box::new(filter))).ok_or_else(|| {
            Error::Unreadable(
                "'filter' invalid. 'not' conjunction should contain only 1 condition. eg: not(field[eq]:1)"
                    .to_owned(),
            )
        })
    }

    fn condition(&mut self, text: &str) -> Result<Filter<'o>> {
        let condition = Condition::split(text).ok_or_else(|| condition::unreadable(text))?;
        let comparator = condition.comparator()?;
        let subject = Subject::find(self.object, condition.path)?;
        let comparison = Comparison::read(&subject, comparator, &condition)?;
        comparison.pattern().map_or(Ok(()), |pattern| self.patterns.add(pattern))?;
        Ok(Filter::Test(subject.column, comparison))
    }
}
