//! The key ring on disk. The file is complete or does not exist, and only its owner may read it.
//! If several processes create it at the same time, one succeeds and the others get [`KeyFileError::Exists`].

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Read, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret, SecretString};

use super::key_ring::{KeyError, KeyRing};

const OWNER_ONLY: u32 = 0o600;
const GROUP_AND_OTHERS: u32 = 0o077;
const MAX_BYTES: u64 = 64 * 1024;

/// Why the key file cannot be loaded or created. `Display` says what the operator can do.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    #[error("There is no key file at {0}: put back the one this database was made with, or name its place")]
    Missing(PathBuf),
    #[error(
        "There is a key file at {0} already, and it was left as it is: remove it first if it is not needed"
    )]
    Exists(PathBuf),
    #[error("Others on this machine can read the key file {0}: run `chmod 600 {0}`")]
    Exposed(PathBuf),
    #[error("The key file {0} is no use: {1}")]
    Invalid(PathBuf, #[source] KeyError),
    #[error("The key file {0} cannot be read: {1}")]
    Unreadable(PathBuf, #[source] io::Error),
    #[error("The key file {0} cannot be written: {1}")]
    Unwritable(PathBuf, #[source] io::Error),
}

/// Loads the ring of an existing file that only its owner may read.
pub fn load(path: &Path) -> Result<KeyRing, KeyFileError> {
    let file = File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => KeyFileError::Missing(path.to_owned()),
        _ => KeyFileError::Unreadable(path.to_owned(), error),
    })?;
    let text = read_if_private(&file).map_err(|error| KeyFileError::Unreadable(path.to_owned(), error))?;
    let text = text.ok_or_else(|| KeyFileError::Exposed(path.to_owned()))?;
    KeyRing::parse(text.expose_secret()).map_err(|error| KeyFileError::Invalid(path.to_owned(), error))
}

/// For start-up: refuses an unusable file before anything is created. A missing one may still be created later.
pub fn expect_valid_or_missing(path: &Path) -> Result<(), KeyFileError> {
    match load(path) {
        Err(KeyFileError::Missing(_)) => Ok(()),
        outcome => outcome.map(drop),
    }
}

/// Creates the file, complete from the moment it has its name (a hard link). An existing file is never changed.
pub fn create(path: &Path, ring: &KeyRing) -> Result<(), KeyFileError> {
    let temporary = temporary_path(path);
    let outcome = write_and_sync(&temporary, &ring.text()).and_then(|()| fs::hard_link(&temporary, path));
    let removed = fs::remove_file(&temporary);
    match outcome.and(removed).and_then(|()| sync_folder(path)) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(KeyFileError::Exists(path.to_owned())),
        Err(error) => Err(KeyFileError::Unwritable(path.to_owned(), error)),
    }
}

/// `None` if the group or others may read it. Checks the open file, which no rename can replace in between.
fn read_if_private(file: &File) -> io::Result<Option<SecretString>> {
    if file.metadata()?.permissions().mode() & GROUP_AND_OTHERS != 0 {
        return Ok(None);
    }
    let mut text = String::new();
    file.take(MAX_BYTES).read_to_string(&mut text)?;
    Ok(Some(text.into()))
}

fn temporary_path(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}", hex::encode(rand::random::<[u8; 8]>())));
    path.with_file_name(name)
}

fn write_and_sync(path: &Path, text: &SecretString) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(OWNER_ONLY).open(path)?;
    file.write_all(text.expose_secret().as_bytes())?;
    file.sync_all()
}

/// Ensures that the new name survives a power failure.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests;
