//! The rows of a result as texts, together in few pieces of memory: a string for each cell would be slow, and the
//! allocator would keep much of the memory of many.

use std::{io, str};

use diesel::{
    backend::Backend,
    deserialize::{self, FromSqlRow},
    pg::Pg,
    row::{Field as _, Row},
    sql_types::Untyped,
    sqlite::Sqlite,
};

use crate::large_buffer::pieces::{Pieces, Span};

/// The rows that were pushed; they are freed together.
#[derive(Default)]
pub struct PackedRows {
    texts: Pieces,
    /// Of all cells of all rows; `None` is NULL.
    lengths: Vec<Option<u32>>,
}

/// One of the [`PackedRows`].
#[derive(Debug, Clone, Copy)]
pub struct PackedRow {
    texts: Span,
    first_cell: usize,
    cells: usize,
}

/// A row as it is read; its cells one after another.
#[derive(Debug, Default)]
pub struct ReadRow {
    text: String,
    lengths: Vec<Option<u32>>,
}

impl PackedRows {
    pub fn push(&mut self, row: &ReadRow) -> io::Result<PackedRow> {
        let texts = self.texts.append(row.text.as_bytes())?;
        let first_cell = self.lengths.len();
        self.lengths.extend_from_slice(&row.lengths);
        Ok(PackedRow { texts, first_cell, cells: row.lengths.len() })
    }

    /// The cells of a row in the order of the selection; `None` is NULL.
    pub fn cells(&self, row: PackedRow) -> impl Iterator<Item = Option<&str>> {
        let mut start = 0;
        self.lengths(row).iter().map(move |length| {
            let text = self.text(row, start, *length);
            start += length.unwrap_or_default() as usize;
            text
        })
    }

    /// One of the cells. The texts before it are not read.
    pub fn cell(&self, row: PackedRow, at: usize) -> Option<&str> {
        let (before, from) = self.lengths(row).split_at_checked(at)?;
        let start = before.iter().flatten().map(|length| *length as usize).sum();
        self.text(row, start, *from.first()?)
    }

    fn lengths(&self, row: PackedRow) -> &[Option<u32>] {
        self.lengths.get(row.first_cell..row.first_cell + row.cells).unwrap_or_default()
    }

    fn text(&self, row: PackedRow, start: usize, length: Option<u32>) -> Option<&str> {
        let end = start + length? as usize;
        // It was a text before it was packed.
        str::from_utf8(self.texts.get(row.texts.part(start..end))).ok()
    }
}

impl ReadRow {
    /// The size of all cells together, in bytes.
    pub fn byte_len(&self) -> usize {
        self.text.len()
    }

    fn read<'a, DB: Backend>(
        row: &impl Row<'a, DB>,
        push: impl Fn(DB::RawValue<'_>, &mut String) -> deserialize::Result<()>,
    ) -> deserialize::Result<Self> {
        let mut read = Self { text: String::new(), lengths: Vec::with_capacity(row.field_count()) };
        for at in 0..row.field_count() {
            let field = row.get(at).ok_or("a row shorter than it says")?;
            let length = match field.value() {
                None => None,
                Some(value) => {
                    let start = read.text.len();
                    push(value, &mut read.text)?;
                    Some(u32::try_from(read.text.len() - start)?)
                }
            };
            read.lengths.push(length);
        }
        Ok(read)
    }
}

impl FromSqlRow<Untyped, Pg> for ReadRow {
    fn build_from_row<'a>(row: &impl Row<'a, Pg>) -> deserialize::Result<Self> {
        Self::read(row, |value, text| {
            text.push_str(str::from_utf8(value.as_bytes())?);
            Ok(())
        })
    }
}

impl FromSqlRow<Untyped, Sqlite> for ReadRow {
    fn build_from_row<'a>(row: &impl Row<'a, Sqlite>) -> deserialize::Result<Self> {
        Self::read(row, |mut value, text| {
            text.push_str(value.read_text());
            Ok(())
        })
    }
}

impl<'a> FromIterator<Option<&'a str>> for ReadRow {
    fn from_iter<T: IntoIterator<Item = Option<&'a str>>>(cells: T) -> Self {
        let mut row = Self::default();
        for cell in cells {
            row.text.extend(cell);
            row.lengths.push(cell.map(|text| u32::try_from(text.len()).unwrap_or(u32::MAX)));
        }
        row
    }
}

#[cfg(test)]
mod tests {
    use std::iter;

    use super::*;

    #[test]
    fn every_row_has_its_own_cells() {
        let mut rows = PackedRows::default();
        let long = "ü".repeat(600_000);
        let tables: [&[Option<&str>]; 4] =
            [&[Some("a"), None, Some("")], &[], &[Some(&long), Some("b")], &[None, Some("c"), Some(&long)]];
        let packed: Vec<PackedRow> =
            tables.iter().map(|cells| rows.push(&cells.iter().copied().collect()).unwrap()).collect();
        for (cells, row) in iter::zip(tables, packed) {
            assert_eq!(rows.cells(row).collect::<Vec<_>>(), cells);
            let one_by_one: Vec<_> = (0..cells.len()).map(|at| rows.cell(row, at)).collect();
            assert_eq!(one_by_one, cells);
            assert_eq!(rows.cell(row, cells.len()), None);
        }
    }
}
