//! The migrations, embedded in the binary: the same versions in the same order for both databases.
//! Their numbers grow, but not by one each time: 000007 was never used.

use diesel::{
    connection::SimpleConnection as _,
    migration::{Migration, MigrationSource},
    prelude::*,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};

use super::{Conn, dialect, inspection};
use crate::schema::schema_state;

const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// The first migration with a row in `schema_state`.
const SCHEMA_STATE: &str = "20261128000025";

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Applies pending migrations in the caller's transaction, one process at a time. Returns how many ran. A statement may
/// take as long as it needs; but a lock that another transaction holds is not waited for longer than usual, because
/// everybody else would then queue up behind this one.
pub fn run(conn: &mut Conn) -> Result<usize, Failure> {
    dialect::lock_installation(conn)?;
    match conn {
        Conn::Postgres(conn) => {
            conn.batch_execute("SET LOCAL statement_timeout = 0")?;
            Ok(conn.run_pending_migrations(POSTGRES)?.len())
        }
        Conn::Sqlite(conn) => Ok(conn.run_pending_migrations(SQLITE)?.len()),
    }
}

/// How the tables fit this build. `Unfit` holds what to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Fit {
    Current,
    /// These migrations are pending.
    Older(Vec<String>),
    /// A newer build has applied this migration, and builds as old as this one still work with the tables.
    Newer(String),
    Unfit(String),
}

/// Only reads, unlike diesel's own function for pending migrations, which creates its table.
pub fn fit(conn: &mut Conn) -> Result<Fit, Failure> {
    let applied = inspection::applied_migrations(conn)?;
    let oldest = if applied.iter().any(|version| version == SCHEMA_STATE) {
        Some(schema_state::table.select(schema_state::oldest_version_that_may_serve).first::<String>(conn)?)
    } else {
        None
    };
    let (postgres, sqlite) = versions_of_both()?;
    let known = if matches!(conn, Conn::Postgres(_)) { postgres } else { sqlite };
    Ok(compare(&applied, &known, oldest.as_deref()))
}

fn compare(applied: &[String], known: &[String], oldest_that_may_serve: Option<&str>) -> Fit {
    let latest = known.last().map_or("", String::as_str);
    if let Some(oldest) = oldest_that_may_serve.filter(|&oldest| latest < oldest) {
        return Fit::Unfit(format!(
            "a newer Roster has changed the tables, and needs every Roster to have migration {oldest}; this one \
             ends at {latest}. Start that newer one, or restore the backup made before it"
        ));
    }
    let missing = |of: &[String], from: &[String]| -> Vec<String> {
        of.iter().filter(|version| !from.contains(version)).cloned().collect()
    };
    let pending = missing(known, applied);
    match missing(applied, known).pop() {
        _ if !pending.is_empty() => Fit::Older(pending),
        Some(newest) => Fit::Newer(newest),
        None => Fit::Current,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_schema_is_served_only_if_it_permits_that() {
        let versions = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        let known = versions(&["1", "2"]);
        let fit = |applied: &[&str], oldest| compare(&versions(applied), &known, oldest);
        assert_eq!(fit(&["1", "2"], Some("2")), Fit::Current);
        assert_eq!(fit(&["1"], None), Fit::Older(versions(&["2"])));
        assert_eq!(fit(&["1", "3"], Some("1")), Fit::Older(versions(&["2"])));
        assert_eq!(fit(&["1", "2", "3", "4"], Some("2")), Fit::Newer("4".to_owned()));
        assert!(matches!(fit(&["1", "2", "3"], Some("3")), Fit::Unfit(_)));
    }
}
