//! An SQLite file that was restored together with its manifest is compared with it before its first use. Damage that
//! SQLite cannot see, such as another letter in a name, is found only so.

use std::{fs, path::PathBuf};

use super::manifest::{self, Manifest};
use crate::db::Target;

/// The name of the manifest once the file was compared: from then on the service changes the file.
const ACCEPTED_NAME: &str = "manifest.restored.json";

/// A manifest beside an SQLite file that has not been used since.
#[derive(Debug)]
pub struct Restored {
    folder: PathBuf,
    pub manifest: Manifest,
}

impl Restored {
    /// `None` if no manifest with a SHA-256 lies beside the file.
    pub fn find(target: &Target) -> anyhow::Result<Option<Self>> {
        let Target::Sqlite(file) = target else { return Ok(None) };
        let Some(folder) = target.folder().filter(|folder| folder.join(manifest::NAME).exists()) else {
            return Ok(None);
        };
        let manifest = Manifest::load(folder)?;
        let is_of_file = file.file_name().is_some_and(|name| name.to_string_lossy() == manifest.file);
        let found = is_of_file && manifest.sha256.is_some();
        Ok(found.then(|| Self { folder: folder.to_owned(), manifest }))
    }

    pub fn expect_unchanged(&self) -> anyhow::Result<()> {
        self.manifest.unchanged_file(&self.folder).map(drop).map_err(|error| {
            let manifest = self.folder.join(manifest::NAME);
            anyhow::anyhow!("{error:#}; or remove {}, if the file was changed on purpose", manifest.display())
        })
    }

    /// Renames the manifest, because the file is about to change.
    pub fn accept(&self) -> anyhow::Result<()> {
        fs::rename(self.folder.join(manifest::NAME), self.folder.join(ACCEPTED_NAME))?;
        Ok(())
    }
}
