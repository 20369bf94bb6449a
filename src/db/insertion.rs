//! Inserts many rows with one statement, whose text depends on the table alone.

use diesel::QueryResult;
use serde_json::Value;

use super::{
    cell::{Cell, Dialect},
    connection::Conn,
    statement::{Statement, Texts},
};

/// A row: a text for each column.
pub type NewRow = Vec<Option<String>>;

/// Inserts rows of a workspace, and returns their columns as they are stored.
pub fn insert(
    conn: &mut Conn,
    table: &str,
    columns: &[(Cell, &str)],
    workspace_id: i64,
    rows: &[NewRow],
) -> QueryResult<Vec<Texts>> {
    let dialect = conn.dialect();
    let names: Vec<&str> = columns.iter().map(|(_, name)| *name).collect();
    let items: Vec<String> = columns
        .iter()
        .enumerate()
        .map(|(at, (cell, _))| dialect.cast_text(*cell, &item(dialect, at)))
        .collect();
    let list: Value = rows.iter().map(|row| row.iter().cloned().collect::<Value>()).collect();
    let mut statement =
        Statement::new(dialect, format!("INSERT INTO {table} (workspace_id, {}) SELECT ", names.join(", ")));
    statement.bind(Cell::Integer, Some(workspace_id.to_string()));
    statement.push(&format!(", {} FROM ", items.join(", ")));
    statement.push(if dialect == Dialect::Postgres { "jsonb_array_elements(" } else { "json_each(" });
    statement.bind(Cell::Text, Some(list.to_string()));
    statement.push(if dialect == Dialect::Postgres { "::jsonb) AS list" } else { ") AS list" });
    statement.push(" RETURNING ").select_as_text(columns.iter().copied()).prepare().rows(conn)
}

fn item(dialect: Dialect, at: usize) -> String {
    match dialect {
        Dialect::Postgres => format!("(list.value ->> {at})"),
        Dialect::Sqlite => format!("json_extract(list.value, '$[{at}]')"),
    }
}
