//! The key ring on disk. The file is complete or does not exist, and only its owner may read it, unless that is root.
//! If several processes create it at the same time, one succeeds and the others get [`KeyFileError::Exists`].

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Read, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt, chown},
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret, SecretString};

use super::key_ring::{KeyError, KeyRing};

const OWNER_ONLY: u32 = 0o600;
const GROUP_AND_OTHERS: u32 = 0o077;
const GROUP_AND_OTHERS_BUT_READING: u32 = 0o033;
const ANY_WRITING: u32 = 0o222;
const ROOT: u32 = 0;
const MAX_BYTES: u64 = 64 * 1024;

/// One state of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    inode: u64,
    seconds: i64,
    nanoseconds: i64,
    bytes: u64,
}

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
    #[error("Another command is changing the key file {0}: wait until it ends")]
    Locked(PathBuf),
}

/// Loads the ring of an existing file that only its owner may read, or that root gives us to read.
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

/// Puts the first key of a ring before the other lines, which stay as they are. The file is replaced as a whole and
/// keeps its owner and mode.
pub fn put_first(path: &Path, ring: &KeyRing) -> Result<(), KeyFileError> {
    load(path)?;
    let unwritable = |error| KeyFileError::Unwritable(path.to_owned(), error);
    // A link to the file stays a link.
    let path = &path.canonicalize().map_err(unwritable)?;
    let line = ring.only(ring.current_id()).unwrap_or_else(|| ring.clone()).text();
    let temporary = temporary_path(path);
    let outcome = fs::read_to_string(path).map(SecretString::from).and_then(|text| {
        let text = format!("{}{}", line.expose_secret(), text.expose_secret()).into();
        write_and_sync(&temporary, &text)?;
        let owner = fs::metadata(path)?;
        chown(&temporary, Some(owner.uid()), Some(owner.gid()))?;
        // After the owner, because a change of the owner may clear bits.
        fs::set_permissions(&temporary, owner.permissions())?;
        fs::rename(&temporary, path)
    });
    if outcome.is_err() {
        // The failure that is reported is the first one.
        let _ = fs::remove_file(&temporary);
    }
    outcome.and_then(|()| sync_folder(path)).map_err(unwritable)
}

/// Lets one command at a time change the key file on this machine, until the lock is dropped.
pub fn lock(path: &Path) -> Result<File, KeyFileError> {
    let folder =
        File::open(folder_of(path)).map_err(|error| KeyFileError::Unreadable(path.to_owned(), error))?;
    folder.try_lock().map_err(|_| KeyFileError::Locked(path.to_owned()))?;
    Ok(folder)
}

/// Differs from an earlier stamp if the file was replaced or written since; `None` if there is no file.
pub fn stamp(path: &Path) -> Option<Stamp> {
    let file = fs::metadata(path).ok()?;
    Some(Stamp {
        inode: file.ino(),
        seconds: file.mtime(),
        nanoseconds: file.mtime_nsec(),
        bytes: file.len(),
    })
}

/// The number of the line, from 1, that holds the key with this id.
pub fn line_of(path: &Path, id: &str) -> Result<Option<usize>, KeyFileError> {
    load(path)?;
    let text = fs::read_to_string(path).map_err(|error| KeyFileError::Unreadable(path.to_owned(), error))?;
    let holds = |line: &str| KeyRing::parse(line).is_ok_and(|ring| ring.current_id() == id);
    Ok(text.lines().position(holds).map(|line| line + 1))
}

/// `None` if others may read it. Checks the open file, which no rename can replace in between.
fn read_if_private(file: &File) -> io::Result<Option<SecretString>> {
    let metadata = file.metadata()?;
    if !is_private(metadata.mode(), metadata.uid(), rustix::process::geteuid().as_raw()) {
        return Ok(None);
    }
    let mut text = String::new();
    file.take(MAX_BYTES).read_to_string(&mut text)?;
    Ok(Some(text.into()))
}

/// Our own file must be ours alone. A file of root is one that an administrator or a container's runtime gives us to
/// read, so it may be readable, as PostgreSQL allows it for its keys; if we are root, only if nobody may write it.
fn is_private(mode: u32, owner: u32, us: u32) -> bool {
    let is_given = owner == ROOT && (us != ROOT || mode & ANY_WRITING == 0);
    mode & if is_given { GROUP_AND_OTHERS_BUT_READING } else { GROUP_AND_OTHERS } == 0
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
    File::open(folder_of(path))?.sync_all()
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests;
