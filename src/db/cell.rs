//! The types of cells in tables that the catalogue describes, and the SQL that converts them from and to text.
//! Values are sent and received as text, so that nothing depends on how a driver maps column types.

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

/// The database whose SQL a statement uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Postgres,
    Sqlite,
}

impl Dialect {
    /// SQL that gives a column as text: moments as `2023-06-14T17:06:02.456Z`, booleans as `true` and `false`,
    /// numbers with all their digits.
    pub(super) fn to_text(self, cell: Cell, column: &str) -> String {
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

    /// SQL that converts a bound text to the type of the cell.
    pub(super) fn cast_text(self, cell: Cell, parameter: &str) -> String {
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

    /// The SQL type of a column for such cells.
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
