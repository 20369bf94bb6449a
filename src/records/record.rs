//! A record: a text for each column of its object, and its relations, rendered as JSON.

use std::{io, iter::zip, rc::Rc};

use serde::{Serialize, Serializer, ser::SerializeMap as _};
use serde_json::{Number, Value};

use crate::{
    catalogue::{
        column::{Cell, Column},
        object::Object,
    },
    error::{Error, Result},
    models::email,
    records::spelling::Spelling,
};

/// The largest response, and the most bytes of rows that are loaded for one.
pub const MAX_RESPONSE_BYTES: usize = 64 * 1024 * 1024;

/// The property of a record that lists its damaged secrets. A write ignores it.
pub const DAMAGED_SECRETS: &str = "damagedSecrets";

/// A loaded record; secrets that the caller may not read are `None`.
#[derive(Debug, Clone)]
pub struct Record {
    pub object: &'static Object,
    /// One per column of the object, in the same order; only the id for a caller that may not read.
    pub cells: Vec<Option<String>>,
    /// The secret fields whose stored values do not open.
    pub damaged: Vec<&'static str>,
    pub related: Vec<(&'static str, Related)>,
}

/// The loaded target or targets of a relation.
#[derive(Debug, Clone)]
pub enum Related {
    One(Option<Rc<Record>>),
    Many(Vec<Rc<Record>>),
}

impl Record {
    pub fn id(&self) -> &str {
        self.cells[0].as_deref().unwrap_or_default()
    }

    /// The text of the column at a path, such as `emails.primaryEmail`.
    pub fn text(&self, path: &str) -> Option<&str> {
        let at = self.object.columns.iter().position(|column| column.is_at(path))?;
        self.cells.get(at)?.as_deref()
    }

    fn fields(&self) -> impl Iterator<Item = (&str, FieldValue<'_>)> {
        let mut cells = self.cells.as_slice();
        self.object.columns.chunk_by(|one, next| one.field == next.field).map_while(move |columns| {
            let own = cells.split_off(..columns.len())?;
            Some((columns[0].field.as_str(), FieldValue { columns, cells: own }))
        })
    }
}

struct FieldValue<'a> {
    columns: &'a [Column],
    cells: &'a [Option<String>],
}

impl Serialize for FieldValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut values =
            zip(self.columns, self.cells).map(|(column, cell)| render_cell(column, cell.as_deref()));
        if self.columns[0].part.is_none() {
            return values.next().serialize(serializer);
        }
        serializer.collect_map(zip(self.columns.iter().filter_map(|column| column.part.as_deref()), values))
    }
}

fn render_cell(column: &Column, text: Option<&str>) -> Value {
    let Some(text) = text else {
        return if column.is_nullable && !column.is_secret { Value::Null } else { Value::from("") };
    };
    match column.cell {
        Cell::Text if Spelling::of(column) == Spelling::SignIn => Value::from(email::written(text)),
        Cell::Text | Cell::Uuid | Cell::Moment => Value::from(text),
        Cell::Boolean => Value::from(text == "true"),
        Cell::Integer => text.parse::<i64>().map_or(Value::Null, Value::from),
        Cell::Number => render_number(text),
        Cell::Json => serde_json::from_str(text).unwrap_or_default(),
    }
}

/// Renders a whole number without `.0`, as JavaScript does.
fn render_number(text: &str) -> Value {
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
        for (name, value) in self.fields() {
            map.serialize_entry(name, &value)?;
        }
        if !self.damaged.is_empty() {
            map.serialize_entry(DAMAGED_SECRETS, &self.damaged)?;
        }
        for (name, related) in &self.related {
            match related {
                Related::One(record) => map.serialize_entry(name, &record.as_deref())?,
                Related::Many(records) => map.serialize_entry(name, &RecordList(records))?,
            }
        }
        map.end()
    }
}

struct RecordList<'a>(&'a [Rc<Record>]);

impl Serialize for RecordList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(Rc::as_ref))
    }
}

/// Renders a response; refuses more than [`MAX_RESPONSE_BYTES`].
pub fn to_json(response: &impl Serialize) -> Result<Vec<u8>> {
    let mut bytes = LimitedBuffer(Vec::new());
    match serde_json::to_writer(&mut bytes, response) {
        Ok(()) => Ok(bytes.0),
        Err(failure) if failure.is_io() => Err(too_large()),
        Err(failure) => Err(Error::ours(failure)),
    }
}

/// The error for a response that exceeds [`MAX_RESPONSE_BYTES`].
pub fn too_large() -> Error {
    Error::Unreadable(
        "The answer is larger than 64 MB. Ask for fewer records with limit, or for less with depth.".into(),
    )
}

struct LimitedBuffer(Vec<u8>);

impl io::Write for LimitedBuffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_RESPONSE_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
