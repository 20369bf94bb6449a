//! The migrations, embedded in the binary: the same versions in the same order for both databases.
//! Their numbers grow, but not by one each time: 000007 was never used.

use diesel::{
    migration::{Migration, MigrationSource},
    prelude::*,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};

use super::{Conn, dialect};

const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Applies pending migrations in the caller's transaction, one process at a time. Returns how many ran.
pub fn run(conn: &mut Conn) -> Result<usize, Failure> {
    dialect::lock_for_migration(conn)?;
    match conn {
        Conn::Postgres(conn) => Ok(conn.run_pending_migrations(POSTGRES)?.len()),
        Conn::Sqlite(conn) => Ok(conn.run_pending_migrations(SQLITE)?.len()),
    }
}

/// The versions of the pending migrations. Only reads, unlike diesel's own function, which creates its table.
pub fn pending(conn: &mut Conn) -> Result<Vec<String>, Failure> {
    let applied: Vec<String> = applied_migrations::table.select(applied_migrations::version).load(conn)?;
    let (postgres, sqlite) = versions_of_both()?;
    let known = if matches!(conn, Conn::Postgres(_)) { postgres } else { sqlite };
    Ok(known.into_iter().filter(|version| !applied.contains(version)).collect())
}

/// Reverts all migrations, latest first.
pub fn revert(conn: &mut Conn) -> Result<(), Failure> {
    match conn {
        Conn::Postgres(conn) => conn.revert_all_migrations(POSTGRES).map(drop),
        Conn::Sqlite(conn) => conn.revert_all_migrations(SQLITE).map(drop),
    }
}

/// The versions of this build's migrations: first PostgreSQL's, then SQLite's.
pub fn versions_of_both() -> Result<(Vec<String>, Vec<String>), Failure> {
    let postgres = MigrationSource::<diesel::pg::Pg>::migrations(&POSTGRES)?;
    let sqlite = MigrationSource::<diesel::sqlite::Sqlite>::migrations(&SQLITE)?;
    Ok((versions(&postgres), versions(&sqlite)))
}

fn versions<DB: diesel::backend::Backend>(migrations: &[Box<dyn Migration<DB>>]) -> Vec<String> {
    migrations.iter().map(|migration| migration.name().version().to_string()).collect()
}

diesel::table! {
    #[sql_name = "__diesel_schema_migrations"]
    applied_migrations (version) {
        version -> Text,
    }
}
