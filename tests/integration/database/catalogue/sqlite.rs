//! Reads the schema from SQLite's pragmas, and from the text of CREATE TABLE what the pragmas leave out.

use roster::db::Conn;

use super::{Catalogue, Column, Key, Reference, Table, lines, list, plain};

const TABLES: &str = "
    SELECT name || '|' || sql AS line FROM sqlite_master
    WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> '__diesel_schema_migrations'";

pub fn read(conn: &mut Conn) -> Catalogue {
    let tables = lines(conn, TABLES);
    tables.into_iter().map(|line| (line[0].clone(), table(conn, &line[0], &line[1]))).collect()
}

fn table(conn: &mut Conn, name: &str, sql: &str) -> Table {
    let has_row_id = sql.contains("id integer PRIMARY KEY AUTOINCREMENT");
    let mut table = Table { checks: checks(sql), ..Table::default() };
    let columns = format!(
        "SELECT name || '|' || lower(type) || '|' || \"notnull\" AS line FROM pragma_table_info('{name}')"
    );
    for line in lines(conn, &columns) {
        let kind = if has_row_id && line[0] == "id" { "bigint" } else { &line[1] };
        table.columns.push(Column { name: line[0].clone(), kind: kind.to_owned(), nullable: line[2] == "0" });
    }
    let primary = format!(
        "SELECT coalesce(group_concat(name), '') AS line FROM \
         (SELECT name FROM pragma_table_info('{name}') WHERE pk > 0 ORDER BY pk)"
    );
    let columns = list(&lines(conn, &primary)[0][0]);
    table.keys.insert(Key { columns, is_unique: true, predicate: None, name: None });
    let indexes = format!(
        "SELECT list.name || '|' || \"unique\" || '|' || origin || '|' || coalesce(sql, '') || '|' || \
         (SELECT group_concat(name) FROM (SELECT name FROM pragma_index_info(list.name) ORDER BY seqno)) AS line \
         FROM pragma_index_list('{name}') AS list LEFT JOIN sqlite_master AS master ON master.name = list.name"
    );
    for line in lines(conn, &indexes) {
        table.keys.insert(Key {
            columns: list(&line[4]),
            is_unique: line[1] == "1",
            predicate: line[3].split_once(" WHERE ").map(|(_, predicate)| plain(predicate)),
            name: (line[2] == "c").then(|| line[0].clone()),
        });
    }
    let references = format!(
        "SELECT \"table\" || '|' || group_concat(\"from\") || '|' || group_concat(\"to\") || '|' || on_delete AS line \
         FROM (SELECT * FROM pragma_foreign_key_list('{name}') ORDER BY id, seq) GROUP BY id"
    );
    for line in lines(conn, &references) {
        let columns = list(&line[1]);
        table.references.insert(Reference {
            is_deferred: is_deferred(sql, &columns),
            columns,
            table: line[0].clone(),
            to: list(&line[2]),
            on_delete: line[3].clone(),
        });
    }
    table
}

/// Whether the constraint on these columns, or the column itself, contains the clause.
fn is_deferred(sql: &str, columns: &[String]) -> bool {
    let written = columns.join(", ");
    let is_about = |clause: &&str| {
        clause.starts_with(&format!("FOREIGN KEY ({written})"))
            || (clause.starts_with(&format!("{written} ")) && clause.contains("REFERENCES"))
    };
    let clause = clauses(sql).find(is_about).unwrap_or_else(|| panic!("no clause on {written} in {sql}"));
    clause.contains("DEFERRABLE INITIALLY DEFERRED")
}

fn checks(sql: &str) -> std::collections::BTreeSet<String> {
    clauses(sql).filter_map(|clause| clause.split_once("CHECK ")).map(|(_, check)| plain(check)).collect()
}

/// The columns and constraints of CREATE TABLE, split at top-level commas.
fn clauses(sql: &str) -> impl Iterator<Item = &str> {
    let body = sql.split_once('(').and_then(|(_, rest)| rest.rsplit_once(')')).map_or("", |(body, _)| body);
    let mut depth = 0;
    let parts = body.split(move |letter| {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        letter == ',' && depth == 0
    });
    parts.map(str::trim)
}
