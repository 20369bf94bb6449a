//! Copies a whole database, even while a service uses it.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use diesel::{RunQueryDsl as _, sql_query, sql_types::Text};

use super::{Conn, Target, address, inspection};

const SQLITE_FILE_NAME: &str = "roster.sqlite3";
const POSTGRES_FILE_NAME: &str = "roster.dump";

/// The result of [`Target::copy_into`].
#[derive(Debug)]
pub enum CopyOutcome {
    /// The SQLite file of the copy, which passed the integrity check.
    Checked(PathBuf),
    /// The shell command with which the operator dumps PostgreSQL, and the file it creates.
    Command { line: String, file: PathBuf },
}

impl Target {
    /// Copies the database into a folder. Never overwrites a file.
    pub fn copy_into(&self, folder: &Path) -> anyhow::Result<CopyOutcome> {
        match self {
            Self::Postgres(url) => {
                let file = folder.join(POSTGRES_FILE_NAME);
                expect_missing(&file)?;
                let url = address::without_passwords(url)
                    .map_or("\"$DATABASE_URL\"".to_owned(), |url| shell_quoted(&url));
                let name = shell_quoted(&file.to_string_lossy());
                let line = format!("(umask 077; pg_dump --format=custom --no-owner --file={name} {url})");
                Ok(CopyOutcome::Command { line, file })
            }
            Self::Sqlite(_) => {
                let file = folder.join(SQLITE_FILE_NAME);
                create_private_file(&file)?;
                let outcome = self.vacuum_into(&file).and_then(|()| expect_undamaged(&file));
                if outcome.is_err() {
                    fs::remove_file(&file)?;
                }
                outcome.map(|()| CopyOutcome::Checked(file))
            }
        }
    }

    /// Locks nothing: `VACUUM INTO` is a read of the original.
    fn vacuum_into(&self, file: &Path) -> anyhow::Result<()> {
        if let Conn::Sqlite(conn) = &mut self.connect_for_inspection()? {
            let name = file.to_string_lossy();
            sql_query("VACUUM INTO ?").bind::<Text, _>(name.as_ref()).execute(conn).with_context(|| {
                format!("The database cannot be copied to {}; is there room on that disk?", file.display())
            })?;
        }
        File::open(file)?.sync_all()?;
        Ok(())
    }
}

fn expect_undamaged(file: &Path) -> anyhow::Result<()> {
    let damage = Target::Sqlite(file.to_owned()).inspect(|conn| Ok(inspection::damage(conn, true)?))?;
    if let Some(first) = damage.first() {
        bail!("The copy is damaged ({first}) and was removed; look at the original with `roster doctor`");
    }
    Ok(())
}

/// Created before `VACUUM INTO`, which accepts an empty file and keeps its mode.
fn create_private_file(file: &Path) -> anyhow::Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(already_exists(file)),
        outcome => outcome.map(drop).with_context(|| format!("{} cannot be made", file.display())),
    }
}

fn expect_missing(file: &Path) -> anyhow::Result<()> {
    if file.exists() { Err(already_exists(file)) } else { Ok(()) }
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
        let folder = tempfile::tempdir().unwrap();
        let target = Target::Postgres("postgres://ada:s3cret@db/roster".to_owned());
        let CopyOutcome::Command { line, file } = target.copy_into(folder.path()).unwrap() else { panic!() };
        assert!(line.contains("'postgres://ada@db/roster'") && !line.contains("s3cret"), "{line}");
        fs::write(&file, "").unwrap();
        assert!(target.copy_into(folder.path()).is_err());
    }

    #[test]
    fn quotes_for_a_shell() {
        assert_eq!(shell_quoted("it's; rm"), r"'it'\''s; rm'");
    }
}
