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
    insert_returning(conn, table, columns, columns, workspace_id, rows)
}

/// The same, but returns other expressions of each row.
pub fn insert_returning<E: From<Failure>>(
    conn: &mut Conn,
    table: &str,
    columns: &[(Cell, &str)],
    returned: &[(Cell, &str)],
    workspace_id: Option<i64>,
    rows: impl IntoIterator<Item = Result<NewRow, E>>,
) -> Result<Vec<Texts>, E> {
    let mut rows = rows.into_iter();
    let mut stored = Vec::new();
    while let Some(list) = next_list(&mut rows)? {
        stored.append(&mut insert_list(conn, table, columns, returned, workspace_id, list)?);
    }
    Ok(stored)
}

/// What is inserted for each pair of a row and a row of another table.
pub struct Joined<'a> {
    /// The columns that do not come from the rows, and their values.
    pub columns: &'a str,
    pub values: &'a str,
    /// The other table with its alias.
    pub table: &'a str,
    /// The condition for a pair, given SQL for the first column of the row.
    pub condition: &'a dyn Fn(&str) -> String,
}

/// Inserts each row for each row of another table, in this workspace, that meets the condition.
pub fn insert_joined<E: From<Failure>>(
    conn: &mut Conn,
    table: &str,
    columns: &[(Cell, &str)],
    joined: &Joined,
    workspace_id: i64,
    rows: impl IntoIterator<Item = Result<NewRow, E>>,
) -> Result<(), E> {
    let mut rows = rows.into_iter();
    let dialect = conn.dialect();
    let names: Vec<&str> = columns.iter().map(|(_, name)| *name).collect();
    let items = items(dialect, columns);
    while let Some(list) = next_list(&mut rows)? {
        let mut statement = Statement::new(
            dialect,
            format!(
                "INSERT INTO {table} ({}, {}) SELECT {}, {} FROM ",
                joined.columns,
                names.join(", "),
                joined.values,
                items.join(", ")
            ),
        );
        push_list(&mut statement, list);
        statement
            .push(&format!(" CROSS JOIN {} WHERE workspace_id = ", joined.table))
            .bind(Cell::Integer, Some(workspace_id.to_string()))
            .push(&format!(" AND {}", (joined.condition)(&items[0])))
            .prepare()
            .execute(conn)?;
    }
    Ok(())
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
    returned: &[(Cell, &str)],
    workspace_id: Option<i64>,
    list: String,
) -> QueryResult<Vec<Texts>> {
    let dialect = conn.dialect();
    let names: Vec<&str> = columns.iter().map(|(_, name)| *name).collect();
    let mut statement = Statement::new(dialect, format!("INSERT INTO {table} ("));
    statement.push(if workspace_id.is_some() { "workspace_id, " } else { "" });
    statement.push(&format!("{}) SELECT ", names.join(", ")));
    if let Some(id) = workspace_id {
        statement.bind(Cell::Integer, Some(id.to_string())).push(", ");
    }
    statement.push(&format!("{} FROM ", items(dialect, columns).join(", ")));
    push_list(&mut statement, list);
    if dialect == Dialect::Postgres {
        // Ids are then given in the order of the list.
        statement.push(" ORDER BY list.place");
    }
    statement.push(" RETURNING ").select_as_text(returned.iter().copied()).prepare().rows(conn)
}

/// Appends the rows of a JSON list as a table.
fn push_list(statement: &mut Statement, list: String) {
    let (before, after) = match statement.dialect() {
        Dialect::Postgres => ("jsonb_array_elements(", "::jsonb) WITH ORDINALITY AS list (value, place)"),
        Dialect::Sqlite => ("json_each(", ") AS list"),
    };
    statement.push(before).bind(Cell::Text, Some(list)).push(after);
}

/// SQL for the columns of a row in the list.
fn items(dialect: Dialect, columns: &[(Cell, &str)]) -> Vec<String> {
    let items = columns.iter().enumerate();
    items.map(|(at, (cell, _))| dialect.cast_text(*cell, &item(dialect, at))).collect()
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
