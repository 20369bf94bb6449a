//! Migrations, embedded: the same names in the same order for both databases. Their numbers grow and need not be
//! consecutive: 000007 was never used.

use diesel::{
    migration::{Migration, MigrationSource},
    prelude::*,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};

use super::{Conn, dialect};

const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Brings the schema up to date inside the caller's transaction, one process at a time.
/// Answers how many migrations ran.
pub fn run(conn: &mut Conn) -> Result<usize, Failure> {
    dialect::lock_for_migration(conn)?;
    match conn {
        Conn::Postgres(conn) => Ok(conn.run_pending_migrations(POSTGRES)?.len()),
        Conn::Sqlite(conn) => Ok(conn.run_pending_migrations(SQLITE)?.len()),
    }
}

/// The versions of the migrations this database still lacks. Only reads: diesel's own look makes its table.
pub fn pending(conn: &mut Conn) -> Result<Vec<String>, Failure> {
    let applied: Vec<String> = applied_migrations::table.select(applied_migrations::version).load(conn)?;
    let (postgres, sqlite) = versions_of_both()?;
    let known = if matches!(conn, Conn::Postgres(_)) { postgres } else { sqlite };
    Ok(known.into_iter().filter(|version| !applied.contains(version)).collect())
}

/// Takes every migration back, latest first.
pub fn revert(conn: &mut Conn) -> Result<(), Failure> {
    match conn {
        Conn::Postgres(conn) => conn.revert_all_migrations(POSTGRES).map(drop),
        Conn::Sqlite(conn) => conn.revert_all_migrations(SQLITE).map(drop),
    }
}

/// The versions this build carries, for one database and the other.
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
