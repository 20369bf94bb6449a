//! Every key and index starts with the workspace, so that a database could be partitioned by it.

use crate::{
    database::{catalogue, connect},
    support::database::{Database, Kind},
};

/// Tables without a workspace, or whose keys do not start with it.
const EXEMPT: [(&str, &str); 13] = [
    ("workspaces", "is the workspace"),
    ("users", "are looked up by address, before anybody knows their workspace; they move"),
    ("sessions", "belong to people and move with them"),
    ("reset_links", "belong to people and are found by their digest"),
    ("known_networks", "belong to people and move with them"),
    ("installation", "has one row"),
    ("schema_state", "has one row"),
    ("sealing_keys", "belong to the installation"),
    ("key_holders", "are processes of the installation"),
    ("network_breakers", "are about apps of the installation"),
    ("identification_refusals", "are about apps of the installation"),
    ("throttles", "guard the doors, where nobody has signed in yet"),
    ("jobs", "are found by when they are due; those of the whole service have no workspace"),
];

#[test]
fn every_key_and_index_begins_with_it() {
    for kind in Kind::available() {
        let catalogue = catalogue::read(&mut connect(&Database::new(kind)));
        for (table, reason) in EXEMPT {
            assert!(catalogue.contains_key(table), "{kind}: no table {table}, which {reason}");
        }
        let strays: Vec<_> = catalogue
            .iter()
            .filter(|(name, _)| EXEMPT.iter().all(|(exempt, _)| exempt != name))
            .flat_map(|(name, table)| table.keys.iter().map(move |key| (name, &key.columns)))
            .filter(|(table, columns)| {
                columns[0] != "workspace_id"
                    && !is_row_id(kind, columns)
                    && !is_of_sessions(columns)
                    && !is_of_due_work(table, columns)
                    && !is_of_moved_grants(table, columns)
            })
            .collect();
        assert!(strays.is_empty(), "{kind}: {strays:?}");
    }
}

/// Rows of a session are found and deleted through their session.
fn is_of_sessions(columns: &[String]) -> bool {
    columns == ["session_id"]
}

/// What is due is looked for in all workspaces at once.
fn is_of_due_work(table: &str, columns: &[String]) -> bool {
    [("consents", "expires_at"), ("grants", "next_attempt_at")]
        .iter()
        .any(|(of, column)| table == *of && columns == [*column])
}

/// A refresh looks for its grant in all workspaces, if it has moved meanwhile.
fn is_of_moved_grants(table: &str, columns: &[String]) -> bool {
    table == "grants" && columns == ["id"]
}

/// SQLite assigns ids by rowid alone; other tables refer to `(workspace_id, id)`.
fn is_row_id(kind: Kind, columns: &[String]) -> bool {
    kind == Kind::Sqlite && columns == ["id"]
}

#[test]
fn every_reference_stays_in_its_workspace() {
    for kind in Kind::available() {
        let catalogue = catalogue::read(&mut connect(&Database::new(kind)));
        let is_exempt = |table: &str| EXEMPT.iter().any(|(exempt, _)| *exempt == table);
        for (name, table) in catalogue.iter().filter(|(name, _)| !is_exempt(name)) {
            for reference in table.references.iter().filter(|reference| !is_exempt(&reference.table)) {
                assert_eq!(reference.columns[0], "workspace_id", "{kind}: {name} {reference:?}");
                assert_eq!(reference.to[0], "workspace_id", "{kind}: {name} {reference:?}");
            }
        }
    }
}
