//! All values of a database by column, and its schema.

use std::collections::BTreeMap;

use diesel::{QueryableByName, RunQueryDsl as _, sql_query, sql_types::Text};
use roster::db::Conn;

/// The service itself changes these while it runs.
const CHANGING: [&str; 7] = [
    "__diesel_schema_migrations",
    "jobs",
    "key_holders",
    "throttles",
    "sessions",
    "schema_state",
    "sqlite_sequence",
];

const SQLITE_COLUMNS: &str = "SELECT m.name || '.' || c.name AS line FROM sqlite_schema AS m \
     JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table' ORDER BY 1";
const POSTGRES_COLUMNS: &str = "SELECT c.table_name || '.' || c.column_name AS line FROM information_schema.columns AS c \
     JOIN information_schema.tables AS t USING (table_schema, table_name) \
     WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' ORDER BY 1";
const SQLITE_SCHEMA: &str = "SELECT m.name || '.' || c.name || ' ' || c.type || c.\"notnull\" AS line \
     FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS c \
     UNION ALL SELECT type || ' ' || name FROM sqlite_schema ORDER BY 1";
const POSTGRES_SCHEMA: &str = "SELECT table_name || '.' || column_name || ' ' || data_type || is_nullable AS line \
     FROM information_schema.columns WHERE table_schema = 'public' \
     UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1";

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// The sorted values of each column.
pub struct Content(BTreeMap<String, Vec<String>>);

impl Content {
    pub fn load(conn: &mut Conn) -> Self {
        let sql = if matches!(conn, Conn::Sqlite(_)) { SQLITE_COLUMNS } else { POSTGRES_COLUMNS };
        let columns = lines(conn, sql)
            .into_iter()
            .filter(|column| column.split_once('.').is_some_and(|(table, _)| !CHANGING.contains(&table)));
        let values = columns.map(|name| {
            let (table, column) = name.split_once('.').expect("a table and a column");
            let sql = format!(
                "SELECT coalesce(CAST(\"{column}\" AS text), 'NULL') AS line FROM \"{table}\" ORDER BY 1"
            );
            let values = lines(conn, &sql);
            (name, values)
        });
        Self(values.collect())
    }

    /// How many columns have other values in the other database. Columns that it does not have do not count.
    pub fn missing_from(&self, other: &Self) -> u64 {
        let differs = |(name, values): &(&String, &Vec<String>)| {
            let differs = other.0.get(*name).is_some_and(|found| found != *values);
            if differs {
                eprintln!("{name}: {values:?}, then {:?}", other.0[*name]);
            }
            differs
        };
        assert!(
            self.0.values().filter(|values| !values.is_empty()).count() > 50,
            "hardly anything is compared"
        );
        self.0.iter().filter(differs).count() as u64
    }

    /// Columns with their types, and indexes.
    pub fn schema(conn: &mut Conn) -> Vec<String> {
        let sql = if matches!(conn, Conn::Sqlite(_)) { SQLITE_SCHEMA } else { POSTGRES_SCHEMA };
        lines(conn, sql)
    }
}

fn lines(conn: &mut Conn, sql: &str) -> Vec<String> {
    let lines: Vec<Line> = sql_query(sql).load(conn).unwrap_or_else(|error| panic!("{sql}: {error}"));
    lines.into_iter().map(|Line { line }| line).collect()
}
