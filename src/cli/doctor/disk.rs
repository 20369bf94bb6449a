//! Whether there is room to write where the database is.

use std::path::Path;

use rustix::fs::statvfs;

use super::Finding;
use crate::db::Target;

const SUBJECT: &str = "disk";
const MIB: u64 = 1024 * 1024;
/// Below this the next backup or a busy day fills it.
const LITTLE: u64 = 1024 * MIB;
const TOO_LITTLE: u64 = 64 * MIB;

/// Nothing about PostgreSQL's disk, which is on its server.
pub fn findings(target: &Target) -> Option<Finding> {
    let folder = target.folder()?;
    let existing = folder.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("."));
    Some(match statvfs(existing) {
        Ok(disk) => room(existing, disk.f_bavail.saturating_mul(disk.f_frsize)),
        Err(error) => Finding::warn(SUBJECT, format!("{} cannot be asked: {error}", existing.display())),
    })
}

fn room(folder: &Path, free: u64) -> Finding {
    let sentence = format!("{} MiB are free in {}", free / MIB, folder.display());
    match free {
        ..TOO_LITTLE => Finding::fail(SUBJECT, format!("{sentence}; make room before writing fails")),
        TOO_LITTLE..LITTLE => Finding::warn(SUBJECT, format!("{sentence}; make room soon")),
        _ => Finding::ok(SUBJECT, sentence),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Verdict, *};

    #[test]
    fn little_room_is_told_and_less_is_wrong() {
        let verdict = |free| room(Path::new("data"), free).verdict;
        assert_eq!(
            [verdict(LITTLE), verdict(LITTLE - 1), verdict(TOO_LITTLE - 1)],
            [Verdict::Ok, Verdict::Warn, Verdict::Fail]
        );
    }
}
