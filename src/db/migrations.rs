//! Migrations, embedded: the same names in the same order for both databases.

use diesel::migration::{Migration, MigrationSource};
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

/// The names of the migrations this database still lacks.
pub fn pending(conn: &mut Conn) -> Result<Vec<String>, Failure> {
    Ok(match conn {
        Conn::Postgres(conn) => names(&conn.pending_migrations(POSTGRES)?),
        Conn::Sqlite(conn) => names(&conn.pending_migrations(SQLITE)?),
    })
}

/// Takes every migration back, latest first.
pub fn revert(conn: &mut Conn) -> Result<(), Failure> {
    match conn {
        Conn::Postgres(conn) => conn.revert_all_migrations(POSTGRES).map(drop),
        Conn::Sqlite(conn) => conn.revert_all_migrations(SQLITE).map(drop),
    }
}

/// The names this build carries, for one database and the other.
pub fn names_of_both() -> Result<(Vec<String>, Vec<String>), Failure> {
    let postgres = MigrationSource::<diesel::pg::Pg>::migrations(&POSTGRES)?;
    let sqlite = MigrationSource::<diesel::sqlite::Sqlite>::migrations(&SQLITE)?;
    Ok((names(&postgres), names(&sqlite)))
}

fn names<DB: diesel::backend::Backend>(migrations: &[Box<dyn Migration<DB>>]) -> Vec<String> {
    migrations.iter().map(|migration| migration.name().to_string()).collect()
}
