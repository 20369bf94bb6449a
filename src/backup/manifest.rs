//! The manifest of a backup: when and by which version it was made, its contents, and the keys that open it.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{
    clock::{self, Moment},
    db::{Conn, inspection},
    models::installation,
};

/// The file name in the folder of the backup.
pub const NAME: &str = "manifest.json";

/// The content of `manifest.json`.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    pub made_at: String,
    pub roster: String,
    /// The file of the backup, in the same folder.
    pub file: String,
    /// In hex. Manifests of older versions have none.
    #[serde(default)]
    pub sha256: Option<String>,
    /// The latest migration in it.
    pub schema: Option<String>,
    /// The schema of PostgreSQL in which the tables are; a dump may hold others. Absent for SQLite and older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The ids of the keys that open its secrets. The keys themselves are not in the backup.
    pub key_ids: Vec<String>,
    /// The number of rows of each table; empty if the backup was not read.
    pub rows: BTreeMap<String, i64>,
}

/// What a database holds, for its manifest.
#[derive(Debug)]
pub struct Contents {
    schema: Option<String>,
    pub namespace: Option<String>,
    key_ids: Vec<String>,
    pub rows: BTreeMap<String, i64>,
}

impl Contents {
    pub fn load(conn: &mut Conn) -> anyhow::Result<Self> {
        let mut rows = BTreeMap::new();
        for table in inspection::tables(conn)? {
            let count = inspection::count_rows(conn, &table)?;
            rows.insert(table, count);
        }
        let schema = inspection::applied_migrations(conn)?.pop();
        let namespace = inspection::namespace(conn)?;
        Ok(Self { schema, namespace, key_ids: installation::key_ids(conn)?, rows })
    }

    /// Without the numbers of rows, for a dump that was made at another moment.
    pub fn without_rows(self) -> Self {
        Self { rows: BTreeMap::new(), ..self }
    }
}

impl Manifest {
    /// Describes a complete file.
    pub fn new(contents: Contents, file: &Path, made_at: Moment) -> anyhow::Result<Self> {
        let Contents { schema, namespace, key_ids, rows } = contents;
        Ok(Self {
            made_at: clock::iso8601(made_at),
            roster: env!("CARGO_PKG_VERSION").to_owned(),
            file: file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            sha256: Some(digest(file)?),
            schema,
            namespace,
            key_ids,
            rows,
        })
    }

    pub fn load(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(NAME);
        let text = fs::read_to_string(&path).with_context(|| {
            format!(
                "{} cannot be read, and without it {} is no complete backup",
                path.display(),
                folder.display()
            )
        })?;
        serde_json::from_str(&text).with_context(|| format!("{} is no manifest of a backup", path.display()))
    }

    /// Written last, so that a folder with a manifest is a complete backup.
    pub fn write_into(&self, folder: &Path) -> anyhow::Result<()> {
        let path = folder.join(NAME);
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        file.and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        })
        .with_context(|| format!("{} cannot be written", path.display()))?;
        File::open(folder)?.sync_all()?;
        Ok(())
    }

    /// The file of the backup in this folder; an error if it is not the one that the manifest describes.
    pub fn unchanged_file(&self, folder: &Path) -> anyhow::Result<PathBuf> {
        let file = folder.join(Path::new(&self.file).file_name().unwrap_or_default());
        let found = digest(&file)?;
        match &self.sha256 {
            Some(expected) if *expected != found => bail!(
                "{} is not the file that the backup of {} wrote: its SHA-256 is {found}, and the manifest says \
                 {expected}. Use another backup",
                file.display(),
                self.made_at
            ),
            _ => Ok(file),
        }
    }
}

fn digest(file: &Path) -> anyhow::Result<String> {
    let read = || {
        let mut digest = Sha256::new();
        io::copy(&mut File::open(file)?, &mut Sink(&mut digest))?;
        io::Result::Ok(hex::encode(digest.finalize()))
    };
    read().with_context(|| format!("{} cannot be read", file.display()))
}

struct Sink<'a>(&'a mut Sha256);

impl io::Write for Sink<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
