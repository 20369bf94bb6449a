//! A record as it was read: a text for each column of its object, and what it is related to.

use std::{io, iter::zip, rc::Rc};

use serde::{Serialize, Serializer, ser::SerializeMap as _};
use serde_json::{Number, Value};

use crate::{
    catalogue::{
        column::{Cell, Column},
        object::Object,
    },
    error::{Error, Result},
};

/// The largest answer in bytes, and the most that one is made of.
pub const LARGEST: usize = 64 * 1024 * 1024;

#[derive(Debug, Clone)]
pub struct Record {
    pub object: &'static Object,
    /// One for each of the object's columns, in their order; or the id alone.
    pub cells: Vec<Option<String>>,
    pub related: Vec<(&'static str, Related)>,
}

#[derive(Debug, Clone)]
pub enum Related {
    One(Option<Rc<Record>>),
    Many(Vec<Rc<Record>>),
}

impl Record {
    pub fn id(&self) -> &str {
        self.cells[0].as_deref().unwrap_or_default()
    }

    /// The text of the column at a path.
    pub fn text(&self, path: &str) -> Option<&str> {
        let at = self.object.columns.iter().position(|column| column.is_at(path))?;
        self.cells.get(at)?.as_deref()
    }

    /// Field by field, in the order of the object's columns.
    fn fields(&self) -> impl Iterator<Item = (&str, Shown<'_>)> {
        let mut cells = self.cells.as_slice();
        self.object.columns.chunk_by(|one, next| one.field == next.field).map_while(move |columns| {
            let own = cells.split_off(..columns.len())?;
            Some((columns[0].field.as_str(), Shown { columns, cells: own }))
        })
    }
}

/// A field's columns, and their cells.
struct Shown<'a> {
    columns: &'a [Column],
    cells: &'a [Option<String>],
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut values = zip(self.columns, self.cells).map(|(column, cell)| value(column, cell.as_deref()));
        if self.columns[0].part.is_none() {
            return values.next().serialize(serializer);
        }
        serializer.collect_map(zip(self.columns.iter().filter_map(|column| column.part.as_deref()), values))
    }
}

/// A cell as JSON, whichever database it was read from.
pub fn value(column: &Column, text: Option<&str>) -> Value {
    let Some(text) = text else {
        return if column.is_nullable && !column.is_secret { Value::Null } else { Value::from("") };
    };
    match column.cell {
        Cell::Text | Cell::Uuid | Cell::Moment => Value::from(text),
        Cell::Boolean => Value::from(text == "true"),
        Cell::Integer => text.parse::<i64>().map_or(Value::Null, Value::from),
        Cell::Number => number(text),
        Cell::Json => serde_json::from_str(text).unwrap_or_default(),
    }
}

/// A whole number without its `.0`, as JavaScript writes it.
fn number(text: &str) -> Value {
    let Ok(number) = text.parse::<f64>() else { return Value::Null };
    #[expect(clippy::cast_possible_truncation, reason = "whole, and small enough to be exact")]
    if number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0 {
        return Value::from(number as i64);
    }
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, shown) in self.fields() {
            map.serialize_entry(name, &shown)?;
        }
        for (name, related) in &self.related {
            match related {
                Related::One(record) => map.serialize_entry(name, &record.as_deref())?,
                Related::Many(records) => map.serialize_entry(name, &Listed(records))?,
            }
        }
        map.end()
    }
}

struct Listed<'a>(&'a [Rc<Record>]);

impl Serialize for Listed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(Rc::as_ref))
    }
}

/// An answer's bytes, unless they grow past what one answer may weigh.
pub fn to_json(answer: &impl Serialize) -> Result<Vec<u8>> {
    let mut bytes = Limited(Vec::new());
    match serde_json::to_writer(&mut bytes, answer) {
        Ok(()) => Ok(bytes.0),
        Err(failure) if failure.is_io() => Err(too_large()),
        Err(failure) => Err(Error::ours(failure)),
    }
}

pub fn too_large() -> Error {
    Error::Unreadable(
        "The answer is larger than 64 MB. Ask for fewer records with limit, or for less with depth.".into(),
    )
}

struct Limited(Vec<u8>);

impl io::Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > LARGEST {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
