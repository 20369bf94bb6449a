//! Copies a whole database, even while a service uses it.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, bail};
use diesel::{
    RunQueryDsl as _, SqliteConnection, connection::Connection as _, connection::SimpleConnection as _,
    dsl::sql, select, sql_query, sql_types::Text,
};

use super::{Conn, Target, address};

const SQLITE_FILE_NAME: &str = "roster.sqlite3";
const POSTGRES_FILE_NAME: &str = "roster.dump";
/// A table that another transaction has locked is waited for as long as everywhere.
const DUMP_OPTIONS: [&str; 3] = ["--format=custom", "--no-owner", "--lock-wait-timeout=2000"];

/// The result of [`Target::copy_into`].
#[derive(Debug)]
pub enum CopyOutcome<T> {
    /// The file of the copy, and what it holds.
    Copied { file: PathBuf, contents: T },
    /// `pg_dump` is not installed here: the shell command that makes the file.
    Command { file: PathBuf, line: String },
}

impl Target {
    /// Copies one snapshot of the database into a folder, and describes that snapshot. Never overwrites a file.
    pub fn copy_into<T>(
        &self,
        folder: &Path,
        describe: impl FnOnce(&mut Conn) -> anyhow::Result<T>,
    ) -> anyhow::Result<CopyOutcome<T>> {
        match self {
            Self::Postgres(url) => {
                let file = folder.join(POSTGRES_FILE_NAME);
                create_private_file(&file)?;
                let outcome = self.dump_into(url, &file, describe);
                if !matches!(outcome, Ok(CopyOutcome::Copied { .. })) {
                    fs::remove_file(&file)?;
                }
                outcome
            }
            Self::Sqlite(_) => {
                let file = folder.join(SQLITE_FILE_NAME);
                create_private_file(&file)?;
                let outcome = self.vacuum_into(&file).and_then(|()| {
                    let copy = Self::Sqlite(file.clone());
                    copy.expect_copy_undamaged()?;
                    copy.inspect(describe)
                });
                if outcome.is_err() {
                    fs::remove_file(&file)?;
                }
                outcome.map(|contents| CopyOutcome::Copied { file, contents })
            }
        }
    }

    /// The dump and the description read the same snapshot.
    fn dump_into<T>(
        &self,
        url: &str,
        file: &Path,
        describe: impl FnOnce(&mut Conn) -> anyhow::Result<T>,
    ) -> anyhow::Result<CopyOutcome<T>> {
        self.inspect(|conn| {
            let snapshot = export_snapshot(conn)?;
            if !dump(url, &snapshot, file)? {
                return Ok(CopyOutcome::Command { file: file.to_owned(), line: dump_line(url, file) });
            }
            File::open(file)?.sync_all()?;
            Ok(CopyOutcome::Copied { file: file.to_owned(), contents: describe(conn)? })
        })
    }

    /// Locks nothing: `VACUUM INTO` is a read of the original.
    fn vacuum_into(&self, file: &Path) -> anyhow::Result<()> {
        if let Conn::Sqlite(conn) = &mut self.connect_for_inspection()? {
            let name = file.to_string_lossy();
            sql_query("VACUUM INTO ?")
                .bind::<Text, _>(name.as_ref())
                .execute(conn)
                .with_context(|| format!("{self:?} cannot be copied to {}", file.display()))?;
        }
        use_write_ahead_log(file)?;
        File::open(file)?.sync_all()?;
        Ok(())
    }

    fn expect_copy_undamaged(&self) -> anyhow::Result<()> {
        match self.damage(true)? {
            Some(damage) => {
                bail!(
                    "The copy is damaged ({damage}) and was removed; look at the original with `roster doctor`"
                )
            }
            None => Ok(()),
        }
    }
}

/// As the service does when it opens a database: so the copy is the same before and after a start.
fn use_write_ahead_log(file: &Path) -> anyhow::Result<()> {
    let mut conn = SqliteConnection::establish(&file.to_string_lossy())?;
    conn.batch_execute("PRAGMA journal_mode = WAL")?;
    Ok(())
}

/// Lets another connection read what this transaction reads, until it ends; it may be idle for long.
fn export_snapshot(conn: &mut Conn) -> anyhow::Result<String> {
    let Conn::Postgres(conn) = conn else { bail!("only PostgreSQL exports snapshots") };
    conn.batch_execute("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")?;
    Ok(select(sql::<Text>("pg_export_snapshot()")).get_result(conn)?)
}

/// Runs `pg_dump`; false if it is not installed. It gets the password in its environment, which others cannot read.
fn dump(url: &str, snapshot: &str, file: &Path) -> anyhow::Result<bool> {
    let Some(shown) = address::without_passwords(url) else { bail!(address::UNPARSABLE) };
    let mut command = Command::new("pg_dump");
    command.args(DUMP_OPTIONS).arg("--no-password").arg(format!("--snapshot={snapshot}"));
    command.arg("--file").arg(file).arg(address::with_defaults(&shown));
    command.envs(address::password(url).map(|password| ("PGPASSWORD", password)));
    match command.output() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).context("pg_dump cannot be run"),
        Ok(output) if output.status.success() => Ok(true),
        Ok(output) => {
            let reason = address::redact_message(&String::from_utf8_lossy(&output.stderr), url);
            // `--lock-wait-timeout` is a timeout of the statements that lock.
            let reason = reason.replace("statement timeout", "lock timeout");
            bail!("The database could not be dumped: {reason}")
        }
    }
}

/// For a shell on a machine that has `pg_dump`.
fn dump_line(url: &str, file: &Path) -> String {
    let url =
        address::without_passwords(url).map_or("\"$DATABASE_URL\"".to_owned(), |url| shell_quoted(&url));
    let name = shell_quoted(&file.to_string_lossy());
    format!("(umask 077; pg_dump {} --file={name} {url})", DUMP_OPTIONS.join(" "))
}

/// Created before the copy is written, which keeps the mode of an existing file.
fn create_private_file(file: &Path) -> anyhow::Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(already_exists(file)),
        outcome => outcome.map(drop).with_context(|| format!("{} cannot be made", file.display())),
    }
}

fn already_exists(file: &Path) -> anyhow::Error {
    anyhow::anyhow!("{} is there already, and was left as it is; name another folder", file.display())
}

/// Quotes a text as one word of a POSIX shell.
fn shell_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_for_postgresql_contains_no_password() {
        for url in ["postgres://ada:s3cret@db/roster", "postgres://ada:12#s3cret@db/roster?password=s3cret"] {
            let line = dump_line(url, Path::new("/backup/it's"));
            assert!(line.contains("'postgres://ada@db/roster'") && !line.contains("s3cret"), "{line}");
            assert!(line.contains(r"--file='/backup/it'\''s'"), "{line}");
        }
        assert!(dump_line("postgres://ada:s3/cret@db/roster", Path::new("dump")).contains("$DATABASE_URL"));
    }
}
