//! The manifest of a backup: when and by which version it was made, its contents, and the keys that open it.

use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use anyhow::Context as _;
use serde::Serialize;

use crate::{
    clock::{self, Moment},
    db::{Conn, inspection},
    models::installation,
};

/// The file name in the folder of the backup.
pub const NAME: &str = "manifest.json";

/// The content of `manifest.json`.
#[derive(Debug, Serialize)]
pub struct Manifest {
    #[serde(serialize_with = "clock::serialize")]
    pub made_at: Moment,
    pub roster: &'static str,
    /// The file of the backup, in the same folder.
    pub file: String,
    /// The latest migration in it.
    pub schema: Option<String>,
    /// The ids of the keys that open its secrets. The keys themselves are not in the backup.
    pub key_ids: Vec<String>,
    pub rows: BTreeMap<String, i64>,
}

impl Manifest {
    /// Reads the database that was backed up.
    pub fn of(conn: &mut Conn, file: &Path, made_at: Moment) -> anyhow::Result<Self> {
        let mut rows = BTreeMap::new();
        for table in inspection::tables(conn)? {
            let count = inspection::count_rows(conn, &table)?;
            rows.insert(table, count);
        }
        Ok(Self {
            made_at,
            roster: env!("CARGO_PKG_VERSION"),
            file: file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            schema: inspection::applied_migrations(conn)?.pop(),
            key_ids: installation::key_ids(conn)?,
            rows,
        })
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
}
