//! Replaces values in many rows with one statement: each only if it is still the one that was read.

use diesel::QueryResult;
use serde_json::Value;

use super::{
    cell::{Cell, Dialect},
    connection::Conn,
    statement::Statement,
};

/// The columns of a table that may be replaced, and its key.
#[derive(Debug, Clone, Copy)]
pub struct Columns {
    pub table: &'static str,
    pub key: &'static [(&'static str, Cell)],
    pub replaced: &'static [&'static str],
}

/// A row by its key, and for each column the value that was read and the one that replaces it.
#[derive(Debug, Clone)]
pub struct Exchange {
    pub key: Vec<String>,
    pub values: Vec<Option<(String, String)>>,
}

/// Returns the number of rows that were changed. PostgreSQL skips rows that another transaction has locked, so that
/// the two never wait for each other.
pub fn exchange(conn: &mut Conn, columns: &Columns, rows: &[Exchange]) -> QueryResult<usize> {
    let dialect = conn.dialect();
    let Columns { table, key, replaced } = *columns;
    let list = rows.iter().map(Exchange::to_json).collect::<Value>().to_string();
    let mut statement = Statement::new(dialect, "WITH list AS (SELECT ");
    statement.push(&selection(dialect, columns)).push(" FROM ");
    statement.push(if dialect == Dialect::Postgres { "jsonb_array_elements(" } else { "json_each(" });
    statement.bind(Cell::Text, Some(list));
    statement.push(if dialect == Dialect::Postgres { "::jsonb) AS row)" } else { ") AS row)" });
    let assignments = replaced.iter().enumerate().map(|(at, column)| {
        format!(
            "{column} = CASE WHEN {table}.{column} = list.old{at} THEN list.new{at} ELSE {table}.{column} END"
        )
    });
    statement.push(&format!(" UPDATE {table} SET {}", join(assignments, ", ")));
    statement.push(&format!(" FROM list WHERE {}", is_same_row(key, table)));
    let unchanged = (0..replaced.len()).map(|at| format!("{table}.{} = list.old{at}", replaced[at]));
    statement.push(&format!(" AND ({})", join(unchanged, " OR ")));
    if dialect == Dialect::Postgres {
        let keys = |table: &str| join(key.iter().map(|(name, _)| format!("{table}.{name}")), ", ");
        statement.push(&format!(
            " AND ({}) IN (SELECT {} FROM {table} AS free JOIN list ON {} ORDER BY {} FOR UPDATE OF free SKIP LOCKED)",
            keys(table),
            keys("free"),
            is_same_row(key, "free"),
            keys("free")
        ));
    }
    statement.execute(conn)
}

impl Exchange {
    fn to_json(&self) -> Value {
        let key = self.key.iter().map(|part| Some(part.as_str()));
        let values = self.values.iter().flat_map(|pair| match pair {
            Some((old, new)) => [Some(old.as_str()), Some(new.as_str())],
            None => [None, None],
        });
        key.chain(values).collect()
    }
}

/// The items of a row in the list as columns `key0 …`, `old0`, `new0` ….
fn selection(dialect: Dialect, columns: &Columns) -> String {
    let keys = columns.key.iter().enumerate().map(|(at, (_, cell))| (*cell, format!("key{at}")));
    let values = (0..columns.replaced.len()).flat_map(|at| [format!("old{at}"), format!("new{at}")]);
    let all = keys.chain(values.map(|name| (Cell::Text, name))).enumerate();
    let items = all.map(|(at, (cell, name))| {
        let item = match dialect {
            Dialect::Postgres => format!("(row.value ->> {at})"),
            Dialect::Sqlite => format!("json_extract(row.value, '$[{at}]')"),
        };
        format!("{} AS {name}", dialect.cast_text(cell, &item))
    });
    join(items, ", ")
}

fn is_same_row(key: &[(&str, Cell)], table: &str) -> String {
    join(key.iter().enumerate().map(|(at, (name, _))| format!("{table}.{name} = list.key{at}")), " AND ")
}

fn join(parts: impl Iterator<Item = String>, separator: &str) -> String {
    parts.collect::<Vec<_>>().join(separator)
}
