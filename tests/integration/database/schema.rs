//! Both databases have the same schema, and `src/schema.rs` describes it.

use std::collections::BTreeMap;

use crate::{
    database::{
        both,
        catalogue::{self, Catalogue, Column},
        connect,
    },
    support::database::{Database, Kind},
};

/// On SQLite the counterpart of an identity column is a key of its own; the logical key starts with the workspace.
fn without_row_ids(mut catalogue: Catalogue) -> Catalogue {
    for table in catalogue.values_mut() {
        let leads = table.keys.iter().any(|key| key.is_unique && key.columns == ["workspace_id", "id"]);
        table.keys.retain(|key| !leads || key.name.is_some() || key.columns != ["id"]);
    }
    catalogue
}

#[test]
fn both_databases_have_the_same_tables_keys_and_checks() {
    let Some((sqlite, postgres)) = both() else { return };
    let sqlite = without_row_ids(catalogue::read(&mut connect(&sqlite)));
    let postgres = catalogue::read(&mut connect(&postgres));
    let names = |catalogue: &Catalogue| catalogue.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&sqlite), names(&postgres));
    for (name, table) in &sqlite {
        let other = &postgres[name];
        assert_eq!(table.columns, other.columns, "columns of {name}");
        assert_eq!(table.keys, other.keys, "keys of {name}");
        assert_eq!(table.references, other.references, "references of {name}");
        assert_eq!(table.checks, other.checks, "checks of {name}");
    }
}

#[test]
fn the_description_for_diesel_is_the_schema() {
    let described = described(include_str!("../../../src/schema.rs"));
    for kind in Kind::available() {
        let catalogue = catalogue::read(&mut connect(&Database::new(kind)));
        let tables: BTreeMap<String, Vec<Column>> =
            catalogue.into_iter().map(|(name, table)| (name, table.columns)).collect();
        let tables = without_objects(tables, &described);
        assert_eq!(described, tables, "{kind}");
    }
}

/// Tables of the objects are compared with the catalogue instead, unless they are described for diesel as well.
fn without_objects(
    mut tables: BTreeMap<String, Vec<Column>>,
    described: &BTreeMap<String, Vec<Column>>,
) -> BTreeMap<String, Vec<Column>> {
    let is_object = |name: &str| {
        roster::catalogue::catalogue()
            .objects()
            .iter()
            .any(|object| object.model.is_none() && object.table == name)
    };
    tables.retain(|name, _| described.contains_key(name) || !is_object(name));
    tables
}

/// A foreign key has an index for deletes of the referenced row, if only one on its workspace.
#[test]
fn no_deletion_searches_a_whole_table() {
    for kind in Kind::available() {
        for (name, table) in catalogue::read(&mut connect(&Database::new(kind))) {
            let whole = || table.keys.iter().filter(|key| key.predicate.is_none());
            for reference in &table.references {
                let is_indexed = whole().any(|key| reference.columns.contains(&key.columns[0]));
                assert!(is_indexed, "{kind}: {name} {reference:?}");
            }
        }
    }
}

#[test]
fn text_compares_by_its_bytes_on_postgres() {
    let Some((_, postgres)) = both() else { return };
    let strays = catalogue::lines(
        &mut connect(&postgres),
        "SELECT attrelid::regclass || '.' || attname AS line FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
         WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND attcollation <> 0
         AND attcollation <> '\"C\"'::regcollation AND relname <> '__diesel_schema_migrations'",
    );
    assert!(strays.is_empty(), "{strays:?}");
}

/// Parses `name (key) {`, the following columns, and their types.
fn described(source: &str) -> BTreeMap<String, Vec<Column>> {
    let mut tables: BTreeMap<String, Vec<Column>> = BTreeMap::new();
    let mut table = None;
    for line in source.lines().map(str::trim) {
        if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with(") {")) {
            table = Some(name.to_owned());
        } else if let (Some(name), Some((column, kind))) = (&table, line.split_once(" -> ")) {
            tables.entry(name.clone()).or_default().push(described_column(column, kind));
        }
    }
    tables
}

fn described_column(name: &str, kind: &str) -> Column {
    let kind = kind.trim_end_matches(',');
    let bare = kind.strip_prefix("Nullable<").and_then(|kind| kind.strip_suffix('>'));
    let word = match bare.unwrap_or(kind) {
        "BigInt" => "bigint",
        "Integer" => "integer",
        "Text" | "Guid" => "text",
        "Bool" => "boolean",
        "Double" => "real",
        "Timestamp" => "timestamp",
        other => panic!("{name} is a {other}: say here what the databases call it"),
    };
    Column { name: name.to_owned(), kind: word.to_owned(), nullable: bare.is_some() }
}
