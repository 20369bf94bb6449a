//! The schema of a database, in terms that both databases share.

mod postgres;
mod sqlite;

use std::collections::{BTreeMap, BTreeSet};

use diesel::{QueryableByName, RunQueryDsl as _, sql_types::Text};
use roster::db::Conn;

/// Tables by name, without Diesel's own.
pub type Catalogue = BTreeMap<String, Table>;

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub columns: Vec<Column>,
    pub keys: BTreeSet<Key>,
    pub references: BTreeSet<Reference>,
    pub checks: BTreeSet<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    /// `bigint`, `integer`, `text` (a UUID, too), `boolean`, `timestamp`.
    pub kind: String,
    pub nullable: bool,
}

/// A primary key, a unique key or an index.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub columns: Vec<String>,
    pub is_unique: bool,
    /// The condition of a partial index.
    pub predicate: Option<String>,
    /// `None` if it was created with the table.
    pub name: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    pub columns: Vec<String>,
    pub table: String,
    pub to: Vec<String>,
    pub on_delete: String,
    pub is_deferred: bool,
}

pub fn read(conn: &mut Conn) -> Catalogue {
    match conn {
        Conn::Postgres(_) => postgres::read(conn),
        Conn::Sqlite(_) => sqlite::read(conn),
    }
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// The rows of a query for one text column `line`, split at `|`.
pub fn lines(conn: &mut Conn, sql: &str) -> Vec<Vec<String>> {
    let lines: Vec<Line> = diesel::sql_query(sql).load(conn).unwrap_or_else(|error| panic!("{sql}: {error}"));
    lines.iter().map(|Line { line }| line.split('|').map(str::to_owned).collect()).collect()
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(|part| part.trim().to_owned()).collect()
}

/// A condition without the parentheses, casts and spellings that only one database prints.
fn plain(condition: &str) -> String {
    let bare: String = condition.chars().filter(|letter| !"()[]".contains(*letter)).collect();
    let words =
        [("::text", ""), ("= ANY ARRAY", "IN "), ("~~", "LIKE"), (">= 1 AND role <= 3", "BETWEEN 1 AND 3")];
    words.iter().fold(bare, |text, (theirs, ours)| text.replace(theirs, ours)).trim().to_owned()
}
