//! What the two databases promise below the routes: one schema, keys that lead with the workspace, ids that never
//! come back, few statements, and constraints that have the last word.

mod api_keys;
mod catalogue;
mod constraints;
mod housekeeping;
mod ids;
mod migrations;
mod objects;
mod schema;
mod statements;
mod workspace;
mod workspace_first;

use roster::db::{Conn, Target};

use crate::support::{database::Database, postgres::Postgres};

/// A connection of a test's own.
pub fn connect(database: &Database) -> Conn {
    target(database).connect().expect("a connection")
}

fn target(database: &Database) -> Target {
    roster::app::target(&database.settings()).expect("a database")
}

/// Both databases at once, or nothing to compare.
fn both() -> Option<(Database, Database)> {
    use crate::support::database::Kind::{Postgres as Pg, Sqlite};
    Postgres::for_this_test().is_some().then(|| (Database::new(Sqlite), Database::new(Pg)))
}
