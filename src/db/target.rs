//! Which database a process uses, and transactions of start-up and the command line, outside of the pools.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    Conn, Intent, Pooling, address, dialect,
    events::{self, Listener},
    sqlite_access, waiting,
};

/// The database to connect to: the URL of a PostgreSQL server or the path of an SQLite file.
#[derive(Clone)]
pub enum Target {
    Postgres(String),
    Sqlite(PathBuf),
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Postgres(_) => f.write_str("PostgreSQL"),
            Self::Sqlite(path) => write!(f, "SQLite at {}", path.display()),
        }
    }
}

impl Target {
    /// Runs one transaction on a new connection, without retries: for start-up and the command line. Fails with
    /// [`waiting::Locked`] if another process holds a lock for longer than two seconds.
    pub fn transaction<T>(
        &self,
        intent: Intent,
        work: impl FnOnce(&mut Conn) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        self.run(intent, None, work)
    }

    /// The same for a transaction that writes; a listener hears of its events.
    pub fn change<T>(
        &self,
        listener: Arc<dyn Listener>,
        work: impl FnOnce(&mut Conn) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        self.run(Intent::Write, Some(listener), work)
    }

    fn run<T>(
        &self,
        intent: Intent,
        listener: Option<Arc<dyn Listener>>,
        work: impl FnOnce(&mut Conn) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let mut conn = self.connect_without_session().map_err(|error| self.explain(&error.to_string()))?;
        waiting::limit_lock_wait(&mut conn)?;
        run(&mut conn, intent, listener, work).map_err(|error| waiting::name_holder(self, &mut conn, error))
    }

    fn explain(&self, error: &str) -> anyhow::Error {
        let reason = match self {
            Self::Postgres(url) => {
                let reason = address::redact_message(error, url);
                format!("{reason}. Is it running, and is DATABASE_URL right?")
            }
            Self::Sqlite(_) if dialect::is_lock_timeout(error) => return waiting::locked_file(self),
            Self::Sqlite(path) => sqlite_access::explain(path, error),
        };
        anyhow::anyhow!("The database ({self:?}) cannot be opened: {reason}")
    }

    /// Parses `DATABASE_URL`; `None` means SQLite in the data folder. Errors: another scheme, or no such SQLite file.
    pub fn from_url(url: Option<&str>, data_dir: &Path) -> anyhow::Result<Self> {
        let Some(url) = url else { return Ok(Self::Sqlite(data_dir.join("roster.sqlite3"))) };
        match url.split_once(':') {
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(url.to_owned())),
            Some(("sqlite", path)) => {
                let path = Path::new(path.strip_prefix("//").unwrap_or(path));
                anyhow::ensure!(
                    path.is_file(),
                    "DATABASE_URL names {}, and there is no such file. Correct the path, or leave DATABASE_URL \
                     unset and have a database made in ROSTER_DATA_DIR",
                    path.display()
                );
                Ok(Self::Sqlite(path.to_owned()))
            }
            Some((scheme, _)) => anyhow::bail!(
                "DATABASE_URL begins with {scheme:?}, which is not a database Roster speaks. \
                 Use postgres://USER:PASSWORD@HOST/DATABASE or sqlite:///path/to/file"
            ),
            None => anyhow::bail!(
                "DATABASE_URL has no scheme. Use postgres://USER:PASSWORD@HOST/DATABASE or sqlite:///path/to/file"
            ),
        }
    }
}

fn run<T>(
    conn: &mut Conn,
    intent: Intent,
    listener: Option<Arc<dyn Listener>>,
    work: impl FnOnce(&mut Conn) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    dialect::begin(conn, intent, Pooling::Transaction, None)?;
    events::reset(listener);
    let outcome = work(conn).and_then(|answer| {
        events::insert_collected(conn)?;
        Ok(answer)
    });
    match outcome {
        Ok(answer) => {
            conn.commit()?;
            Ok(answer)
        }
        Err(error) => {
            conn.roll_back()?;
            Err(error)
        }
    }
}
