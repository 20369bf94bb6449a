//! Reads a database without changing it, for the commands. A service may be using it, and it may be older or newer
//! than this build.

use std::path::Path;

use diesel::{
    QueryResult, RunQueryDsl as _, SqliteConnection,
    connection::{Connection as _, SimpleConnection as _},
    dsl::sql,
    select, sql_query,
    sql_types::{BigInt, Text, Timestamp},
};

use super::{Conn, Target, address, dialect, migrations, sqlite_access, waiting};
use crate::clock::Moment;

const MIGRATIONS_TABLE: &str = "__diesel_schema_migrations";

#[derive(diesel::QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// A PostgreSQL server's own description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    pub version: String,
    /// The locale of its error messages.
    pub lc_messages: String,
    /// The database's character encoding, such as `UTF8`.
    pub encoding: String,
}

impl Target {
    /// Whether the SQLite file exists and is not empty. Always true for PostgreSQL: only connecting shows that.
    pub fn exists(&self) -> bool {
        match self {
            Self::Postgres(_) => true,
            Self::Sqlite(path) => path.metadata().is_ok_and(|file| file.len() > 0),
        }
    }

    /// The folder of an SQLite file; `None` for PostgreSQL.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Postgres(_) => None,
            Self::Sqlite(path) => path.parent(),
        }
    }

    /// Reads one snapshot of the database. Writes nothing, and creates no file that stays.
    pub fn inspect<T>(&self, work: impl FnOnce(&mut Conn) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let mut conn = self.connect_for_inspection()?;
        inspect(&mut conn, work).map_err(|error| waiting::name_holder(self, &mut conn, error))
    }

    /// Sets only what a read needs, unlike [`Target::connect`].
    pub(super) fn connect_for_inspection(&self) -> anyhow::Result<Conn> {
        match self {
            Self::Postgres(url) => self
                .connect_without_session()
                .map_err(|error| anyhow::anyhow!(address::redact_message(&error.to_string(), url))),
            Self::Sqlite(path) => {
                let mode = sqlite_access::reading_mode(path);
                let name = path.to_string_lossy().replace('%', "%25").replace('?', "%3F").replace('#', "%23");
                let mut conn = SqliteConnection::establish(&format!("file:{name}?{mode}"))?;
                conn.batch_execute("PRAGMA busy_timeout = 2000; PRAGMA trusted_schema = OFF")?;
                // Reads the file for the first time.
                conn.batch_execute("PRAGMA schema_version").map_err(|error| {
                    if dialect::is_lock_timeout(&error.to_string()) {
                        return waiting::locked_file(self);
                    }
                    let advice = sqlite_access::explain(path, &error.to_string());
                    anyhow::Error::new(error).context(advice)
                })?;
                Ok(Conn::Sqlite(conn))
            }
        }
    }
}

fn inspect<T>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> anyhow::Result<T>) -> anyhow::Result<T> {
    dialect::begin_inspection(conn)?;
    let outcome = work(conn);
    conn.roll_back()?;
    outcome
}

/// The time of the database's clock.
pub fn now(conn: &mut Conn) -> QueryResult<Moment> {
    match conn {
        Conn::Postgres(conn) => {
            select(sql::<Timestamp>("clock_timestamp() AT TIME ZONE 'UTC'")).get_result(conn)
        }
        Conn::Sqlite(conn) => {
            select(sql::<Timestamp>("strftime('%Y-%m-%d %H:%M:%f', 'now')")).get_result(conn)
        }
    }
}

impl Server {
    /// What to do about another encoding than UTF8, in which most names and all emoji cannot be stored.
    pub fn encoding_fault(&self) -> Option<String> {
        (self.encoding != "UTF8").then(|| {
            format!(
                "the database has the encoding {}, in which not every text can be stored. Make another with \
                 `createdb -E UTF8 -T template0 NAME` and name it in DATABASE_URL",
                self.encoding
            )
        })
    }
}

/// `None` for SQLite.
pub fn server(conn: &mut Conn) -> QueryResult<Option<Server>> {
    match conn {
        Conn::Postgres(conn) => {
            let mut setting = |name: &str| {
                select(sql::<Text>(&format!("current_setting('{name}')"))).get_result::<String>(conn)
            };
            Ok(Some(Server {
                version: setting("server_version")?,
                lc_messages: setting("lc_messages")?,
                encoding: setting("server_encoding")?,
            }))
        }
        Conn::Sqlite(_) => Ok(None),
    }
}

/// SQLite's messages about damage of the file; none for PostgreSQL, which checks its own files.
pub fn damage(conn: &mut Conn, thoroughly: bool) -> QueryResult<Vec<String>> {
    let Conn::Sqlite(conn) = conn else { return Ok(Vec::new()) };
    let check = if thoroughly { "integrity_check" } else { "quick_check" };
    let words = sql_query(format!("SELECT {check} AS word FROM pragma_{check}")).load::<Word>(conn)?;
    let lines = words.iter().flat_map(|row| row.word.lines());
    Ok(lines.filter(|line| *line != "ok" && !line.starts_with("***")).map(str::to_owned).collect())
}

/// The schema of PostgreSQL in which our tables are; `None` for SQLite.
pub fn namespace(conn: &mut Conn) -> QueryResult<Option<String>> {
    match conn {
        Conn::Postgres(conn) => select(sql::<Text>("current_schema()::text")).get_result(conn).map(Some),
        Conn::Sqlite(_) => Ok(None),
    }
}

/// The names of all tables in order, including the table of migrations.
pub fn tables(conn: &mut Conn) -> QueryResult<Vec<String>> {
    let words: Vec<Word> = match conn {
        Conn::Postgres(conn) => sql_query(
            "SELECT tablename::text AS word FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1",
        )
        .load(conn)?,
        Conn::Sqlite(conn) => sql_query(
            "SELECT name AS word FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
             ORDER BY 1",
        )
        .load(conn)?,
    };
    Ok(words.into_iter().map(|row| row.word).collect())
}

/// `table` must be one of [`tables`], because it becomes part of the SQL.
pub fn count_rows(conn: &mut Conn, table: &str) -> QueryResult<i64> {
    let query = sql_query(format!("SELECT count(*) AS count FROM \"{table}\""));
    let count: Count = match conn {
        Conn::Postgres(conn) => query.get_result(conn)?,
        Conn::Sqlite(conn) => query.get_result(conn)?,
    };
    Ok(count.count)
}

/// The versions of the migrations applied to this database, oldest first; empty if Roster never used it.
pub fn applied_migrations(conn: &mut Conn) -> QueryResult<Vec<String>> {
    if !tables(conn)?.iter().any(|table| table == MIGRATIONS_TABLE) {
        return Ok(Vec::new());
    }
    let query = sql_query(format!("SELECT version AS word FROM {MIGRATIONS_TABLE} ORDER BY version"));
    let words: Vec<Word> = match conn {
        Conn::Postgres(conn) => query.load(conn)?,
        Conn::Sqlite(conn) => query.load(conn)?,
    };
    Ok(words.into_iter().map(|row| row.word).collect())
}

/// The versions of this build's migrations, oldest first; the same for both databases.
pub fn known_migrations() -> anyhow::Result<Vec<String>> {
    Ok(migrations::versions_of_both().map_err(anyhow::Error::from_boxed)?.0)
}
