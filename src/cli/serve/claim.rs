//! Marks an SQLite file as served by this process, and tells of a second one.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;

use rustix::{
    fs::{FlockOperation, flock},
    io::Errno,
};

use crate::db::Target;

/// The mark is a lock on a file beside the database: it lasts until that file is dropped or the process ends. The folder
/// is locked by commands that change the key file. `None` if there is nothing to mark.
pub fn claim(target: &Target) -> Option<File> {
    let Target::Sqlite(path) = target else { return None };
    let mut name = path.as_os_str().to_owned();
    name.push("-serving");
    let file = OpenOptions::new().create(true).append(true).mode(0o600).open(name).ok()?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => return Some(file),
        Err(Errno::WOULDBLOCK) => log::warn!(
            "another process serves {target:?} already. SQLite is for one process: two of them make each other wait; \
             stop one of them, or use PostgreSQL"
        ),
        Err(error) => log::debug!("the database cannot be marked as served: {error}"),
    }
    None
}
