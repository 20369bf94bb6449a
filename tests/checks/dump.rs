//! All rows of a database as texts, to look for values that must not be there.

use diesel::{QueryableByName, RunQueryDsl as _, sql_query, sql_types::Text};
use roster::db::{Conn, inspection};

use crate::support::database::Database;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// The rows of all tables, each with the name of its table.
pub fn rows(database: &Database) -> Vec<(String, String)> {
    let target = roster::app::target(&database.settings()).expect("a database");
    let conn = &mut target.connect().expect("a connection");
    let tables = inspection::tables(conn).expect("tables");
    let rows = tables.into_iter().flat_map(|table| {
        let select = format!("SELECT {} AS line FROM \"{table}\" AS t", row(conn, &table));
        texts(conn, &select).into_iter().map(move |line| (table.clone(), line))
    });
    rows.collect()
}

/// The values of one column.
pub fn column(database: &Database, table: &str, column: &str) -> Vec<String> {
    let target = roster::app::target(&database.settings()).expect("a database");
    let conn = &mut target.connect().expect("a connection");
    texts(conn, &format!("SELECT CAST({column} AS text) AS line FROM {table}"))
}

/// SQL for a whole row as text.
fn row(conn: &mut Conn, table: &str) -> String {
    match conn {
        Conn::Postgres(_) => "t::text".to_owned(),
        Conn::Sqlite(_) => {
            let columns = texts(
                conn,
                &format!("SELECT '\"' || name || '\"' AS line FROM pragma_table_info('{table}')"),
            );
            format!("concat_ws(',', {}, '')", columns.join(", "))
        }
    }
}

fn texts(conn: &mut Conn, sql: &str) -> Vec<String> {
    let lines: Vec<Line> = sql_query(sql).load(conn).unwrap_or_else(|error| panic!("{sql}: {error}"));
    lines.into_iter().map(|line| line.line).collect()
}
