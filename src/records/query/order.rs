//! The parameter `order_by`, such as `position[DescNullsLast],name.lastName`. A final `id` is added, so that the
//! order is total and a cursor identifies one record.

use std::fmt;

use super::{Pairs, find_bounded_parameter, subject::Subject, truncate};
use crate::{
    catalogue::{
        column::{Cell, Column},
        object::Object,
    },
    error::{Error, Result},
};

/// The terms of an order: no column occurs twice, and one of them is `id`.
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

/// The directions by name; the first is the default.
const DIRECTIONS: [(&str, Direction, Nulls); 4] = [
    ("AscNullsFirst", Direction::Ascending, Nulls::First),
    ("AscNullsLast", Direction::Ascending, Nulls::Last),
    ("DescNullsFirst", Direction::Descending, Nulls::First),
    ("DescNullsLast", Direction::Descending, Nulls::Last),
];

impl<'o> Order<'o> {
    pub fn from_pairs(object: &'o Object, pairs: &Pairs) -> Result<Self> {
        let text = find_bounded_parameter(pairs, "order_by")?;
        let mut terms: Vec<Term<'o>> = Vec::new();
        for item in text.iter().flat_map(|text| text.split(',')).chain(["id"]) {
            let term = Term::parse(object, item.trim())?;
            // A repeated column changes nothing: its values are equal at that point.
            if terms.iter().all(|earlier| earlier.column != term.column) {
                terms.push(term);
            }
        }
        Ok(Self(terms))
    }
}

impl<'o> Term<'o> {
    fn parse(object: &'o Object, text: &str) -> Result<Self> {
        let (path, direction) = match text.split_once('[') {
            Some((path, rest)) => (path, Some(rest.strip_suffix(']').unwrap_or(&text[path.len()..]))),
            None => (text, None),
        };
        let column = find_sortable_column(object, path.trim_end())?;
        let sent = direction.unwrap_or(DIRECTIONS[0].0);
        match DIRECTIONS.into_iter().find(|(name, ..)| *name == sent) {
            Some((_, direction, nulls)) => Ok(Self { column, direction, nulls }),
            None => Err(unknown_direction(sent)),
        }
    }
}

fn find_sortable_column<'o>(object: &'o Object, path: &str) -> Result<&'o Column> {
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

fn unknown_direction(sent: &str) -> Error {
    let names = DIRECTIONS.map(|(name, ..)| format!("'{name}'")).join(", ");
    Error::Unreadable(format!(
        "'order_by' direction '{}' invalid. Allowed values are {names}. \
         eg: ?order_by=field_1[AscNullsFirst],field_2[DescNullsLast],field_3",
        truncate(sent)
    ))
}

/// As in `order_by`, without the default direction.
impl fmt::Display for Term<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let is_direction_of_term =
            |(_, direction, nulls): &(_, _, _)| (*direction, *nulls) == (self.direction, self.nulls);
        formatter.write_str(&self.column.path())?;
        match DIRECTIONS.iter().skip(1).find(|direction| is_direction_of_term(direction)) {
            Some((name, ..)) => write!(formatter, "[{name}]"),
            None => Ok(()),
        }
    }
}
