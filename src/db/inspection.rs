//! Looking at a database without changing it, for the commands: a service may be using it at that moment,
//! and it may be older or newer than this build.

use std::path::Path;

use diesel::{
    PgConnection, QueryResult, RunQueryDsl as _, SqliteConnection,
    connection::{Connection as _, SimpleConnection as _},
    dsl::sql,
    select, sql_query,
    sql_types::{BigInt, Text, Timestamp},
};

use super::{Conn, Intent, Target, address, dialect, migrations};
use crate::clock::Moment;

const MIGRATIONS: &str = "__diesel_schema_migrations";

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

/// What a PostgreSQL server says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    pub version: String,
    /// The language it reports failures in.
    pub lc_messages: String,
}

impl Target {
    /// Whether there is a database to look at; a PostgreSQL server is asked by connecting.
    pub fn exists(&self) -> bool {
        match self {
            Self::Postgres(_) => true,
            Self::Sqlite(path) => path.metadata().is_ok_and(|file| file.len() > 0),
        }
    }

    /// The folder of a database that is a file.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Postgres(_) => None,
            Self::Sqlite(path) => path.parent(),
        }
    }

    /// One moment of the database. Nothing is written, no file is made and none stays behind.
    pub fn look<T>(&self, work: impl FnOnce(&mut Conn) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let mut conn = self.connect_to_look()?;
        dialect::begin(&mut conn, Intent::Read)?;
        let seen = work(&mut conn);
        conn.roll_back()?;
        seen
    }

    pub(super) fn connect_to_look(&self) -> anyhow::Result<Conn> {
        match self {
            Self::Postgres(url) => {
                let outcome = PgConnection::establish(&address::impatient(url));
                let mut conn =
                    outcome.map_err(|error| anyhow::anyhow!(address::quotable(&error.to_string(), url)))?;
                conn.batch_execute("SET lock_timeout = '2s'; SET timezone = 'UTC'")?;
                Ok(Conn::Postgres(conn))
            }
            Self::Sqlite(path) => {
                // Whoever closes a log last empties it into the database, unless they may only read. Whoever may
                // only read leaves a log behind where there was none.
                let log = path.with_file_name(format!(
                    "{}-wal",
                    path.file_name().unwrap_or_default().to_string_lossy()
                ));
                let mode = if log.exists() { "ro" } else { "rw" };
                let name = path.to_string_lossy().replace('%', "%25").replace('?', "%3F").replace('#', "%23");
                let mut conn = SqliteConnection::establish(&format!("file:{name}?mode={mode}"))?;
                conn.batch_execute("PRAGMA busy_timeout = 5000; PRAGMA trusted_schema = OFF")?;
                Ok(Conn::Sqlite(conn))
            }
        }
    }
}

/// The database's own idea of the time.
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

/// Who serves the database; nobody does where it is a file.
pub fn server(conn: &mut Conn) -> QueryResult<Option<Server>> {
    match conn {
        Conn::Postgres(conn) => {
            let mut setting = |name: &str| {
                select(sql::<Text>(&format!("current_setting('{name}')"))).get_result::<String>(conn)
            };
            Ok(Some(Server { version: setting("server_version")?, lc_messages: setting("lc_messages")? }))
        }
        Conn::Sqlite(_) => Ok(None),
    }
}

/// What is damaged in the file, in SQLite's words. PostgreSQL looks after its own files.
pub fn damage(conn: &mut Conn, thoroughly: bool) -> QueryResult<Vec<String>> {
    let Conn::Sqlite(conn) = conn else { return Ok(Vec::new()) };
    let check = if thoroughly { "integrity_check" } else { "quick_check" };
    let words = sql_query(format!("SELECT {check} AS word FROM pragma_{check}")).load::<Word>(conn)?;
    Ok(words.into_iter().map(|row| row.word).filter(|word| word != "ok").collect())
}

/// The names of all tables, the migrations' own among them, in order.
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

/// How many rows a table has; its name is one of [`tables`].
pub fn rows(conn: &mut Conn, table: &str) -> QueryResult<i64> {
    let query = sql_query(format!("SELECT count(*) AS count FROM \"{table}\""));
    let count: Count = match conn {
        Conn::Postgres(conn) => query.get_result(conn)?,
        Conn::Sqlite(conn) => query.get_result(conn)?,
    };
    Ok(count.count)
}

/// The versions of the migrations this database has seen, oldest first; none where Roster has never been.
pub fn applied_migrations(conn: &mut Conn) -> QueryResult<Vec<String>> {
    if !tables(conn)?.iter().any(|table| table == MIGRATIONS) {
        return Ok(Vec::new());
    }
    let query = sql_query(format!("SELECT version AS word FROM {MIGRATIONS} ORDER BY version"));
    let words: Vec<Word> = match conn {
        Conn::Postgres(conn) => query.load(conn)?,
        Conn::Sqlite(conn) => query.load(conn)?,
    };
    Ok(words.into_iter().map(|row| row.word).collect())
}

/// The versions of the migrations this build carries, oldest first: the same for both databases.
pub fn known_migrations() -> anyhow::Result<Vec<String>> {
    Ok(migrations::versions_of_both().map_err(anyhow::Error::from_boxed)?.0)
}
