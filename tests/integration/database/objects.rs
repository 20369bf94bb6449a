//! The tables of the objects against their catalogue. The migration that makes them was written by
//! `cargo test --test integration -- --ignored write_the_tables`; what changes them later is written by hand, and held
//! against the catalogue here.

use std::{collections::BTreeSet, fmt::Write as _, fs};

use heck::ToSnakeCase as _;
use roster::{
    catalogue::{
        Catalogue, catalogue,
        column::Column,
        object::{Model, Object},
    },
    db::{Cell, Dialect},
};
use sha2::{Digest as _, Sha256};

use crate::{
    database::{catalogue as tables, connect},
    support::database::{Database, Kind},
};

const LONGEST_NAME: usize = 60;
const MIGRATION: &str = "2026-11-21-000006_objects";

#[test]
fn every_object_has_the_table_its_description_asks_for() {
    for kind in Kind::available() {
        let found = tables::read(&mut connect(&Database::new(kind)));
        for object in with_a_table(catalogue()) {
            let table =
                found.get(&object.table).unwrap_or_else(|| panic!("{kind}: no table {}", object.table));
            let columns: BTreeSet<_> = table
                .columns
                .iter()
                .map(|column| (column.name.as_str(), column.kind.as_str(), column.nullable))
                .collect();
            let mut expected: BTreeSet<_> = object
                .columns
                .iter()
                .map(|column| (column.name.as_str(), kind_of(column.cell), is_nullable(column)))
                .collect();
            expected.insert(("workspace_id", "bigint", false));
            assert_eq!(columns, expected, "{kind}: {}", object.table);
            for relation in object.to_one() {
                let column = relation.field.to_snake_case();
                let (target, key) = target(catalogue(), &relation.target);
                assert!(
                    table
                        .references
                        .iter()
                        .any(|reference| reference.columns == ["workspace_id", column.as_str()]
                            && reference.table == target
                            && reference.to == ["workspace_id", key]),
                    "{kind}: {}.{column} refers to nothing",
                    object.table
                );
                assert!(
                    table
                        .keys
                        .iter()
                        .any(|key| key.columns.starts_with(&["workspace_id".to_owned(), column.clone()])),
                    "{kind}: {}.{column} has no index",
                    object.table
                );
            }
            for path in &object.unique {
                let column = &object.column(path).expect("a column").name;
                assert!(
                    table
                        .keys
                        .iter()
                        .any(|key| key.is_unique && key.columns == ["workspace_id", column.as_str()]),
                    "{kind}: {}.{column} is not unique",
                    object.table
                );
            }
        }
    }
}

#[test]
#[ignore = "writes into migrations/"]
fn write_the_tables() {
    for (folder, dialect) in [("postgres", Dialect::Postgres), ("sqlite", Dialect::Sqlite)] {
        let folder = format!("{}/migrations/{folder}/{MIGRATION}", env!("CARGO_MANIFEST_DIR"));
        fs::create_dir_all(&folder).expect("a folder for the migration");
        let up: Vec<_> = with_a_table(catalogue()).map(|object| table(object, dialect)).collect();
        let down: Vec<_> = with_a_table(catalogue())
            .map(|object| {
                format!(
                    "DROP TABLE {}{};\n",
                    object.table,
                    if dialect == Dialect::Postgres { " CASCADE" } else { "" }
                )
            })
            .collect();
        fs::write(format!("{folder}/up.sql"), ordered(up, dialect)).expect("a migration that is written");
        fs::write(format!("{folder}/down.sql"), down.concat()).expect("a migration that is written");
    }
}

fn with_a_table(catalogue: &Catalogue) -> impl Iterator<Item = &Object> {
    catalogue.objects().iter().filter(|object| object.model.is_none())
}

fn table(object: &Object, dialect: Dialect) -> String {
    let collation = if dialect == Dialect::Postgres { " COLLATE \"C\"" } else { "" };
    let mut sql = format!(
        "CREATE TABLE {} (\n    workspace_id bigint NOT NULL REFERENCES workspaces (id)",
        object.table
    );
    for column in &object.columns {
        let collation = if matches!(column.cell, Cell::Text | Cell::Json) { collation } else { "" };
        let null = match (is_nullable(column), column.cell) {
            (true, _) => "",
            (false, Cell::Text) => " NOT NULL DEFAULT ''",
            (false, _) => " NOT NULL",
        };
        let sealed = if column.is_secret {
            format!(" CHECK ({} LIKE 'enc:v1:%')", column.name)
        } else {
            String::new()
        };
        write!(sql, ",\n    {} {}{collation}{null}{sealed}", column.name, dialect.type_name(column.cell))
            .expect("a string");
    }
    sql.push_str(",\n    PRIMARY KEY (workspace_id, id)");
    for relation in object.to_one() {
        let (target, key) = target(catalogue(), &relation.target);
        write!(
            sql,
            ",\n    FOREIGN KEY (workspace_id, {}) REFERENCES {target} (workspace_id, {key}) DEFERRABLE INITIALLY DEFERRED",
            relation.field.to_snake_case()
        )
        .expect("a string");
    }
    sql.push_str("\n);\n");
    for path in &object.unique {
        let column = &object.column(path).expect("a column").name;
        let name = index(&object.table, &["workspace_id", column]);
        writeln!(
            sql,
            "CREATE UNIQUE INDEX {name}\n    ON {} (workspace_id, {column}) WHERE {column} <> '';",
            object.table
        )
        .expect("a string");
    }
    for columns in looked_up(object) {
        let name = index(&object.table, &[&["workspace_id"], &columns[..], &["id"]].concat());
        let columns = columns.join(", ");
        writeln!(sql, "CREATE INDEX {name}\n    ON {} (workspace_id, {columns}, id);", object.table)
            .expect("a string");
    }
    for relation in object.to_one() {
        let column = relation.field.to_snake_case();
        let name = index(&object.table, &["workspace_id", &column, "id"]);
        writeln!(sql, "CREATE INDEX {name} ON {} (workspace_id, {column}, id);", object.table)
            .expect("a string");
    }
    sql
}

/// Columns whose values are looked for: no query can prove that it means those of the unique index, which has a
/// condition.
fn looked_up(object: &Object) -> BTreeSet<Vec<&str>> {
    let unique = object.unique.iter().map(std::slice::from_ref);
    let name = |path: &String| object.column(path).expect("a column").name.as_str();
    unique
        .chain(object.duplicate_criteria.iter().map(Vec::as_slice))
        .map(|paths| paths.iter().map(name).collect())
        .collect()
}

/// PostgreSQL wants a table there before another refers to it; a reference that comes first is added at the end.
fn ordered(tables: Vec<String>, dialect: Dialect) -> String {
    let head = "-- Written from spec/objects.json: tests/integration/database/objects.rs says how, and holds one against the other.\n";
    if dialect == Dialect::Sqlite {
        return format!("{head}\n{}", tables.join("\n"));
    }
    let mut late = String::new();
    let mut early = Vec::new();
    for sql in tables {
        let name = sql["CREATE TABLE ".len()..].split(' ').next().expect("a name").to_owned();
        let mut kept = String::new();
        for line in sql.lines() {
            if let Some(key) = line.trim().strip_prefix("FOREIGN KEY") {
                let key = key.trim_end_matches(',');
                writeln!(late, "ALTER TABLE {name} ADD FOREIGN KEY{key};").expect("a string");
            } else {
                kept.push_str(line);
                kept.push('\n');
            }
        }
        early.push(kept.replace("PRIMARY KEY (workspace_id, id),\n", "PRIMARY KEY (workspace_id, id)\n"));
    }
    format!("{head}\n{}\n{late}", early.join("\n"))
}

/// `<table>_<column>_<column>`; a longer one ends in eight digits of its hash.
fn index(table: &str, columns: &[&str]) -> String {
    let name = format!("{table}_{}", columns.join("_"));
    if name.len() <= LONGEST_NAME {
        return name;
    }
    let digest = Sha256::digest(name.as_bytes());
    let tail = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
    format!("{}_{tail:08x}", &name[..LONGEST_NAME - 9])
}

fn target(catalogue: &Catalogue, singular: &str) -> (String, &'static str) {
    let object = catalogue.target(singular);
    match object.model {
        None => (object.table.clone(), "id"),
        Some(Model::Account) => ("social_accounts".to_owned(), "uuid"),
        Some(Model::Member) => ("memberships".to_owned(), "uuid"),
        Some(Model::Key) => ("api_keys".to_owned(), "id"),
    }
}

fn is_nullable(column: &Column) -> bool {
    column.is_nullable && !matches!(column.name.as_str(), "id" | "created_at" | "updated_at")
}

fn kind_of(cell: Cell) -> &'static str {
    match cell {
        Cell::Text | Cell::Json | Cell::Uuid => "text",
        Cell::Moment => "timestamp",
        Cell::Boolean => "boolean",
        Cell::Integer => "bigint",
        Cell::Number => "real",
    }
}
