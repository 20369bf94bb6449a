//! Copying a whole database while a service is using it.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use diesel::{RunQueryDsl as _, sql_query, sql_types::Text};

use super::{Conn, Target, address, inspection};

/// What a backup of each database is called in its folder.
const SQLITE_COPY: &str = "roster.sqlite3";
const POSTGRES_DUMP: &str = "roster.dump";

/// What came of it.
#[derive(Debug)]
pub enum Copied {
    /// A database of its own, which has been checked.
    Whole(PathBuf),
    /// PostgreSQL's own program does it: the line for a shell, and the file it makes.
    ByHand { line: String, file: PathBuf },
}

impl Target {
    /// Copies the database into a folder, over no file that is there.
    pub fn copy_into(&self, folder: &Path) -> anyhow::Result<Copied> {
        match self {
            Self::Postgres(url) => {
                let file = folder.join(POSTGRES_DUMP);
                expect_free(&file)?;
                let url = address::without_passwords(url)
                    .map_or("\"$DATABASE_URL\"".to_owned(), |url| quoted(&url));
                let name = quoted(&file.to_string_lossy());
                let line = format!("(umask 077; pg_dump --format=custom --no-owner --file={name} {url})");
                Ok(Copied::ByHand { line, file })
            }
            Self::Sqlite(_) => {
                let file = folder.join(SQLITE_COPY);
                make_private(&file)?;
                let outcome = self.vacuum_into(&file).and_then(|()| check(&file));
                if outcome.is_err() {
                    fs::remove_file(&file)?;
                }
                outcome.map(|()| Copied::Whole(file))
            }
        }
    }

    /// A read, as far as everybody else is concerned.
    fn vacuum_into(&self, file: &Path) -> anyhow::Result<()> {
        if let Conn::Sqlite(conn) = &mut self.connect_to_look()? {
            let name = file.to_string_lossy();
            sql_query("VACUUM INTO ?").bind::<Text, _>(name.as_ref()).execute(conn).with_context(|| {
                format!("The database cannot be copied to {}; is there room on that disk?", file.display())
            })?;
        }
        File::open(file)?.sync_all()?;
        Ok(())
    }
}

fn check(file: &Path) -> anyhow::Result<()> {
    let damage = Target::Sqlite(file.to_owned()).look(|conn| Ok(inspection::damage(conn, true)?))?;
    if let Some(first) = damage.first() {
        bail!("The copy is damaged ({first}) and was removed; look at the original with `roster doctor`");
    }
    Ok(())
}

/// `VACUUM INTO` fills an empty file, and keeps who may read it.
fn make_private(file: &Path) -> anyhow::Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(taken(file)),
        outcome => outcome.map(drop).with_context(|| format!("{} cannot be made", file.display())),
    }
}

fn expect_free(file: &Path) -> anyhow::Result<()> {
    if file.exists() { Err(taken(file)) } else { Ok(()) }
}

fn taken(file: &Path) -> anyhow::Error {
    anyhow::anyhow!("{} is there already, and was left as it is; name another folder", file.display())
}

/// One word of a shell, whatever is in it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_for_postgresql_holds_no_password() {
        let folder = tempfile::tempdir().unwrap();
        let target = Target::Postgres("postgres://ada:s3cret@db/roster".to_owned());
        let Copied::ByHand { line, file } = target.copy_into(folder.path()).unwrap() else { panic!() };
        assert!(line.contains("'postgres://ada@db/roster'") && !line.contains("s3cret"), "{line}");
        fs::write(&file, "").unwrap();
        assert!(target.copy_into(folder.path()).is_err());
    }

    #[test]
    fn a_word_of_a_shell_ends_nowhere_inside() {
        assert_eq!(quoted("it's; rm"), r"'it'\''s; rm'");
    }
}
