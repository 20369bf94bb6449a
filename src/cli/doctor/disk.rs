//! Checks the free space where SQLite's file is, and who can read it.

use std::path::Path;

use rustix::fs::statvfs;

use super::Finding;
use crate::db::Target;

const SUBJECT: &str = "disk";
const MIB: u64 = 1024 * 1024;
/// With less, the next backup or a busy day may fill the disk.
const WARN_BELOW: u64 = 1024 * MIB;
const FAIL_BELOW: u64 = 64 * MIB;

/// Empty for PostgreSQL, whose disk is on its server.
pub fn findings(target: &Target) -> Vec<Finding> {
    let exposures = target.exposures().into_iter().map(|exposure| Finding::warn("files", exposure));
    free_space(target).into_iter().chain(exposures).collect()
}

fn free_space(target: &Target) -> Option<Finding> {
    let folder = target.folder()?;
    let existing = folder.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("."));
    Some(match statvfs(existing) {
        Ok(disk) => judge(existing, disk.f_bavail.saturating_mul(disk.f_frsize)),
        Err(error) => {
            Finding::warn(SUBJECT, format!("the free space of {} is unknown: {error}", existing.display()))
        }
    })
}

fn judge(folder: &Path, free_bytes: u64) -> Finding {
    let sentence = format!("{} MiB are free in {}", free_bytes / MIB, folder.display());
    match free_bytes {
        ..FAIL_BELOW => Finding::fail(SUBJECT, format!("{sentence}; make room before writing fails")),
        FAIL_BELOW..WARN_BELOW => Finding::warn(SUBJECT, format!("{sentence}; make room soon")),
        _ => Finding::ok(SUBJECT, sentence),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Verdict, *};

    #[test]
    fn little_space_is_a_warning_and_less_a_failure() {
        let verdict = |free| judge(Path::new("data"), free).verdict;
        assert_eq!(
            [verdict(WARN_BELOW), verdict(WARN_BELOW - 1), verdict(FAIL_BELOW - 1)],
            [Verdict::Ok, Verdict::Warn, Verdict::Fail]
        );
    }
}
