//! What the two databases promise below the routes: one schema, keys that lead with the workspace, ids that never
//! come back, few statements, and constraints that have the last word.

mod caller;
mod catalogue;
mod housekeeping;
mod ids;
mod keys;
mod last_word;
mod migrations;
mod schema;
mod statements;
#[path = "../support/support.rs"]
#[allow(dead_code, reason = "each test target uses its part of the support")]
mod support;
mod workspace_first;

use roster::db::{Conn, Target};

use self::support::{database::Database, postgres::Postgres};

/// A connection of a test's own.
fn connect(database: &Database) -> Conn {
    target(database).connect().expect("a connection")
}

fn target(database: &Database) -> Target {
    roster::app::target(&database.settings()).expect("a database")
}

/// Both databases at once, or nothing to compare.
fn both() -> Option<(Database, Database)> {
    use support::database::Kind::{Postgres as Pg, Sqlite};
    Postgres::get().is_some().then(|| (Database::new(Sqlite), Database::new(Pg)))
}
