//! Properties of the two databases below the routes: one schema, keys that start with the workspace, ids that are never
//! reused, few statements, and constraints.

pub mod account_counts;
mod api_keys;
pub mod catalogue;
mod compile_options;
mod constraints;
mod first_lock;
mod folded_addresses;
mod group_commit;
mod housekeeping;
mod ids;
mod lanes;
mod log;
mod migrations;
mod objects;
mod pooler;
mod prepared;
mod schema;
pub mod sealed_columns;
mod session_settings;
mod sessions;
mod statements;
mod trips;
mod unanswered;
mod workspace;
mod workspace_first;

use diesel::{QueryableByName, RunQueryDsl as _, sql_query, sql_types::BigInt};
use roster::db::{Conn, Target};

use crate::support::{database::Database, postgres::Postgres};

pub fn connect(database: &Database) -> Conn {
    target(database).connect().expect("a connection")
}

fn target(database: &Database) -> Target {
    roster::app::target(&database.settings()).expect("a database")
}

/// How many statements of this database wait for a lock, on PostgreSQL.
pub fn waiting_for_locks(watch: &mut Conn) -> i64 {
    let waiting = "SELECT count(*) AS count FROM pg_stat_activity \
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    sql_query(waiting).get_result::<Count>(watch).expect("a count").count
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Both databases, or `None` if PostgreSQL is not installed.
fn both() -> Option<(Database, Database)> {
    use crate::support::database::Kind::{Postgres as Pg, Sqlite};
    Postgres::for_this_test().is_some().then(|| (Database::new(Sqlite), Database::new(Pg)))
}
