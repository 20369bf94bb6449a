//! What a cell of a table known only by its description holds, and how either database writes it as text.
//! Values travel as text both ways: nothing depends on what a driver takes a column for.

/// The kinds of cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    Text,
    Uuid,
    Moment,
    Boolean,
    Integer,
    Number,
    Json,
}

/// Which of the two databases a statement is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Postgres,
    Sqlite,
}

impl Dialect {
    /// An expression that reads a cell as text: moments as `2023-06-14T17:06:02.456Z`, booleans as `true` and
    /// `false`, numbers so that they read back as they were.
    pub(super) fn read(self, cell: Cell, column: &str) -> String {
        match (self, cell) {
            (_, Cell::Text | Cell::Json) | (Self::Sqlite, Cell::Uuid) => column.to_owned(),
            (Self::Postgres, Cell::Moment) => {
                format!("to_char({column}, 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')")
            }
            (Self::Postgres, _) => format!("{column}::text"),
            (Self::Sqlite, Cell::Moment) => format!("strftime('%Y-%m-%dT%H:%M:%fZ', {column})"),
            (Self::Sqlite, Cell::Boolean) => {
                format!("iif({column}, 'true', iif({column} IS NULL, NULL, 'false'))")
            }
            (Self::Sqlite, Cell::Integer) => format!("CAST({column} AS TEXT)"),
            (Self::Sqlite, Cell::Number) => {
                format!("iif({column} IS NULL, NULL, printf('%!.17g', {column}))")
            }
        }
    }

    /// What a bound text is cast with to be a value of the cell.
    pub(super) fn bind(self, cell: Cell, parameter: &str) -> String {
        match self {
            Self::Postgres => format!("{parameter}::{}", self.type_name(cell)),
            Self::Sqlite => match cell {
                Cell::Text | Cell::Uuid | Cell::Moment | Cell::Json => parameter.to_owned(),
                Cell::Boolean => {
                    format!("(CASE {parameter} WHEN 'true' THEN 1 WHEN 'false' THEN 0 END)")
                }
                Cell::Integer => format!("CAST({parameter} AS INTEGER)"),
                Cell::Number => format!("CAST({parameter} AS REAL)"),
            },
        }
    }

    pub fn type_name(self, cell: Cell) -> &'static str {
        match (self, cell) {
            (_, Cell::Text | Cell::Json) | (Self::Sqlite, Cell::Uuid) => "text",
            (Self::Postgres, Cell::Uuid) => "uuid",
            (Self::Postgres, Cell::Moment) => "timestamp(3)",
            (Self::Sqlite, Cell::Moment) => "timestamp",
            (_, Cell::Boolean) => "boolean",
            (_, Cell::Integer) => "bigint",
            (Self::Postgres, Cell::Number) => "double precision",
            (Self::Sqlite, Cell::Number) => "real",
        }
    }
}
