//! The order of a list: `position[DescNullsLast],name.lastName`, and by `id` where all else is equal, so that no two
//! records share a place and a cursor means one of them.

use std::fmt;

use super::{Pairs, excerpt, parameter, subject::Subject};
use crate::{
    catalogue::{
        column::{Cell, Column},
        object::Object,
    },
    error::{Error, Result},
};

/// No column stands in it twice, and one is `id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order<'o>(pub Vec<Term<'o>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term<'o> {
    pub column: &'o Column,
    pub direction: Direction,
    pub nulls: Nulls,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Ascending,
    Descending,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nulls {
    First,
    Last,
}

/// The first is what a term without one means.
const DIRECTIONS: [(&str, Direction, Nulls); 4] = [
    ("AscNullsFirst", Direction::Ascending, Nulls::First),
    ("AscNullsLast", Direction::Ascending, Nulls::Last),
    ("DescNullsFirst", Direction::Descending, Nulls::First),
    ("DescNullsLast", Direction::Descending, Nulls::Last),
];

impl<'o> Order<'o> {
    pub fn read(object: &'o Object, pairs: &Pairs) -> Result<Self> {
        let text = parameter::bounded(pairs, "order_by")?;
        let mut terms: Vec<Term<'o>> = Vec::new();
        for item in text.iter().flat_map(|text| text.split(',')).chain(["id"]) {
            let term = Term::read(object, item.trim())?;
            // A column decides where it stands first; after that it is equal.
            if terms.iter().all(|earlier| earlier.column != term.column) {
                terms.push(term);
            }
        }
        Ok(Self(terms))
    }
}

impl<'o> Term<'o> {
    fn read(object: &'o Object, text: &str) -> Result<Self> {
        let (path, direction) = match text.split_once('[') {
            Some((path, rest)) => (path, Some(rest.strip_suffix(']').unwrap_or(&text[path.len()..]))),
            None => (text, None),
        };
        let column = sortable(object, path.trim_end())?;
        let sent = direction.unwrap_or(DIRECTIONS[0].0);
        match DIRECTIONS.into_iter().find(|(name, ..)| *name == sent) {
            Some((_, direction, nulls)) => Ok(Self { column, direction, nulls }),
            None => Err(no_direction(sent)),
        }
    }
}

fn sortable<'o>(object: &'o Object, path: &str) -> Result<&'o Column> {
    let Subject { path, column, .. } = Subject::find(object, path)?;
    if column.is_secret {
        return Err(Error::Unreadable(format!("field '{path}' is secret. Nothing can be ordered by it")));
    }
    if column.cell == Cell::Json {
        return Err(Error::Unreadable(format!(
            "field '{path}' holds JSON, which has no order. Order by another field"
        )));
    }
    Ok(column)
}

fn no_direction(sent: &str) -> Error {
    let names = DIRECTIONS.map(|(name, ..)| format!("'{name}'")).join(", ");
    Error::Unreadable(format!(
        "'order_by' direction '{}' invalid. Allowed values are {names}. \
         eg: ?order_by=field_1[AscNullsFirst],field_2[DescNullsLast],field_3",
        excerpt::of(sent)
    ))
}

/// As `order_by` has it, at its shortest.
impl fmt::Display for Term<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let way = |(_, direction, nulls): &(_, _, _)| (*direction, *nulls) == (self.direction, self.nulls);
        formatter.write_str(&self.column.path())?;
        match DIRECTIONS.iter().skip(1).find(|direction| way(direction)) {
            Some((name, ..)) => write!(formatter, "[{name}]"),
            None => Ok(()),
        }
    }
}
