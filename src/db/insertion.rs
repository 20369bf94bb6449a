//! Inserts many rows with one statement for each megabyte. Its text depends on the table alone.

use diesel::{QueryResult, result::Error as Failure};

use super::{
    cell::{Cell, Dialect},
    connection::Conn,
    statement::{Statement, Texts},
};

/// A row: a text for each column.
pub type NewRow = Vec<Option<String>>;

/// So many bytes of rows go with one statement, whose text, parameters and result take several times as much.
const LIST_BYTES: usize = 1024 * 1024;

/// Inserts rows of a workspace, or of several if `workspace_id` is one of the columns, and returns their columns as they are
/// stored. Takes each row only when its statement is made.
pub fn insert<E: From<Failure>>(
    conn: &mut Conn,
    table: &str,
    columns: &[(Cell, &str)],
    workspace_id: Option<i64>,
    rows: impl IntoIterator<Item = Result<NewRow, E>>,
) -> Result<Vec<Texts>, E> {
    let mut rows = rows.into_iter();
    let mut stored = Vec::new();
    while let Some(list) = next_list(&mut rows)? {
        stored.append(&mut insert_list(conn, table, columns, workspace_id, list)?);
    }
    Ok(stored)
}

/// The next rows as a JSON list; `None` after the last.
fn next_list<E: From<Failure>>(
    rows: &mut impl Iterator<Item = Result<NewRow, E>>,
) -> Result<Option<String>, E> {
    let mut list = String::new();
    while list.len() < LIST_BYTES {
        let Some(row) = rows.next().transpose()? else { break };
        let row = serde_json::to_string(&row).map_err(|error| Failure::SerializationError(error.into()))?;
        list.push(if list.is_empty() { '[' } else { ',' });
        list.push_str(&row);
    }
    if list.is_empty() {
        return Ok(None);
    }
    list.push(']');
    Ok(Some(list))
}

fn insert_list(
    conn: &mut Conn,
    table: &str,
    columns: &[(Cell, &str)],
    workspace_id: Option<i64>,
    list: String,
) -> QueryResult<Vec<Texts>> {
    let dialect = conn.dialect();
    let names: Vec<&str> = columns.iter().map(|(_, name)| *name).collect();
    let items: Vec<String> = columns
        .iter()
        .enumerate()
        .map(|(at, (cell, _))| dialect.cast_text(*cell, &item(dialect, at)))
        .collect();
    let mut statement = Statement::new(dialect, format!("INSERT INTO {table} ("));
    statement.push(if workspace_id.is_some() { "workspace_id, " } else { "" });
    statement.push(&format!("{}) SELECT ", names.join(", ")));
    if let Some(id) = workspace_id {
        statement.bind(Cell::Integer, Some(id.to_string())).push(", ");
    }
    statement.push(&format!("{} FROM ", items.join(", ")));
    statement.push(if dialect == Dialect::Postgres { "jsonb_array_elements(" } else { "json_each(" });
    statement.bind(Cell::Text, Some(list));
    statement.push(match dialect {
        // Ids are then given in the order of the list.
        Dialect::Postgres => "::jsonb) WITH ORDINALITY AS list (value, place) ORDER BY list.place",
        Dialect::Sqlite => ") AS list",
    });
    statement.push(" RETURNING ").select_as_text(columns.iter().copied()).prepare().rows(conn)
}

fn item(dialect: Dialect, at: usize) -> String {
    match dialect {
        Dialect::Postgres => format!("(list.value ->> {at})"),
        Dialect::Sqlite => format!("json_extract(list.value, '$[{at}]')"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_ends_after_a_megabyte() {
        let row = |length| Ok(vec![Some("x".repeat(length)), None]);
        let mut rows = [1, LIST_BYTES / 2, LIST_BYTES, 1, 2].map(row).into_iter();
        let mut next = || next_list::<Failure>(&mut rows).unwrap();
        assert_eq!(next().map(|list| list.matches("null").count()), Some(3));
        assert_eq!(next().as_deref(), Some(r#"[["x",null],["xx",null]]"#));
        assert_eq!(next(), None);
    }
}
