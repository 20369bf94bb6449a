//! How an SQLite file can be opened for reading, also where nothing can be written, and what to do if it cannot be
//! opened at all.

use std::path::Path;

use rustix::fs::{Access, access};

use super::data_file::log_path;

/// The parameters of a connection that only reads. The last connection to close checkpoints the write-ahead log, which
/// writes to the database: so an existing log is opened read-only. Without a log, a read-only connection would leave a
/// new one behind. Where no file can be made, a file without a log has no writer, and is read as it is.
pub fn reading_mode(file: &Path) -> &'static str {
    match (log_len(file), is_writable(file)) {
        (None, true) => "mode=rw",
        (None | Some(0), false) => "mode=ro&immutable=1",
        (Some(_), _) => "mode=ro",
    }
}

/// The reason why a connection failed, with what to do about it.
pub fn explain(file: &Path, reason: &str) -> String {
    let folder = folder(file).display();
    if is_writable(file) {
        return format!("{reason}. `roster doctor` looks for damage");
    }
    match log_len(file) {
        Some(1..) => format!(
            "{reason}. {folder} cannot be written to, and the write-ahead log beside the file holds changes that are not in it \
             yet. Copy the whole folder to a disk that can be written to, and name the copy with --data-dir"
        ),
        _ => format!(
            "{reason}. The file or its folder {folder} cannot be written to by this user; a disk that had an error may \
             have become read-only. To read it, use `roster backup` or copy the folder elsewhere"
        ),
    }
}

fn is_writable(file: &Path) -> bool {
    let may_write = |path: &Path| access(path, Access::WRITE_OK).is_ok();
    may_write(folder(file)) && may_write(file)
}

fn folder(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// `None` if there is no write-ahead log.
fn log_len(file: &Path) -> Option<u64> {
    log_path(file).metadata().ok().map(|log| log.len())
}
