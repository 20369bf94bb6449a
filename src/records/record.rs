//! A record: a text for each column of its object, and its relations, rendered as JSON.

use std::{io, iter::zip, rc::Rc};

use serde::{Serialize, Serializer, ser::SerializeMap as _};
use serde_json::{Number, Value};

use crate::{
    catalogue::{
        column::{Cell, Column},
        object::Object,
    },
    db::packed_rows::{PackedRow, PackedRows},
    error::{Error, Result},
    large_buffer::pieces::Pieces,
    models::email,
    records::spelling::Spelling,
};

/// The largest response, and the most bytes of rows that are loaded for one.
pub const MAX_RESPONSE_BYTES: usize = 64 * 1024 * 1024;

/// The property of a record that lists its damaged secrets. A write ignores it.
pub const DAMAGED_SECRETS: &str = "damagedSecrets";

/// A loaded record.
#[derive(Clone)]
pub struct Record {
    pub object: &'static Object,
    rows: Rc<PackedRows>,
    /// One cell per column of the object, in the same order.
    row: PackedRow,
    /// Of its columns, only the id is shown.
    hides_fields: bool,
    /// By the numbers of their columns, the secrets; `None` if the caller may not read them.
    secrets: Vec<(usize, Option<String>)>,
    /// The secret fields whose stored values do not open.
    pub damaged: Vec<&'static str>,
    pub related: Vec<(&'static str, Related)>,
}

/// The loaded target or targets of a relation.
#[derive(Clone)]
pub enum Related {
    One(Option<Rc<Record>>),
    Many(Vec<Rc<Record>>),
}

impl Record {
    pub fn new(object: &'static Object, rows: &Rc<PackedRows>, row: PackedRow) -> Self {
        Self {
            object,
            rows: Rc::clone(rows),
            row,
            hides_fields: false,
            secrets: Vec::new(),
            damaged: Vec::new(),
            related: Vec::new(),
        }
    }

    pub fn id(&self) -> &str {
        self.stored(0).unwrap_or_default()
    }

    /// Leaves only the id.
    pub fn hide_fields(&mut self) {
        self.hides_fields = true;
    }

    /// Shows this instead of what is stored in a column.
    pub fn show_secret(&mut self, column: usize, open: Option<String>) {
        self.secrets.push((column, open));
    }

    /// The cell of a column as the database has it.
    pub fn stored(&self, column: usize) -> Option<&str> {
        self.rows.cell(self.row, column)
    }

    fn cells(&self) -> impl Iterator<Item = Option<&str>> {
        let count = if self.hides_fields { 1 } else { usize::MAX };
        let cells = self.rows.cells(self.row).take(count).enumerate();
        cells.map(|(at, stored)| self.secret(at).unwrap_or(stored))
    }

    /// `None` if the column holds no secret; `Some(None)` if the caller may not read it.
    fn secret(&self, column: usize) -> Option<Option<&str>> {
        let (_, secret) = self.secrets.iter().find(|(at, _)| *at == column)?;
        Some(secret.as_deref())
    }

    /// The text of the column at a path, such as `emails.primaryEmail`.
    pub fn text(&self, path: &str) -> Option<&str> {
        let at = self.object.columns.iter().position(|column| column.is_at(path))?;
        if self.hides_fields && at > 0 {
            return None;
        }
        self.secret(at).unwrap_or_else(|| self.stored(at))
    }
}

/// The columns of one field, and their cells.
struct FieldValue<'a> {
    columns: &'a [Column],
    cells: &'a [Option<&'a str>],
}

impl Serialize for FieldValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut values = zip(self.columns, self.cells).map(|(column, cell)| render_cell(column, *cell));
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
        let cells: Vec<Option<&str>> = self.cells().collect();
        let mut cells = cells.as_slice();
        for columns in self.object.columns.chunk_by(|one, next| one.field == next.field) {
            let Some(own) = cells.split_off(..columns.len()) else { break };
            map.serialize_entry(&columns[0].field, &FieldValue { columns, cells: own })?;
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
pub fn to_json(response: &impl Serialize) -> Result<Pieces> {
    let mut bytes = LimitedBuffer(Pieces::default());
    match serde_json::to_writer(&mut bytes, response) {
        Ok(()) => Ok(bytes.0),
        Err(failure) if failure.io_error_kind() == Some(io::ErrorKind::FileTooLarge) => Err(too_large()),
        Err(failure) if failure.is_io() => Err(Error::unavailable(failure)),
        Err(failure) => Err(Error::ours(failure)),
    }
}

/// The error for a response that exceeds [`MAX_RESPONSE_BYTES`].
pub fn too_large() -> Error {
    Error::Unreadable(
        "The answer is larger than 64 MB. Ask for fewer records with limit, or for less with depth.".into(),
    )
}

struct LimitedBuffer(Pieces);

impl io::Write for LimitedBuffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_RESPONSE_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
