//! Compares an SQLite file that was restored with the manifest of its backup, before the first start on it.

use super::Finding;
use crate::{backup::restored::Restored, db::Target};

const SUBJECT: &str = "backup";

/// `None` if there is no manifest beside the file.
pub fn finding(target: &Target) -> Option<Finding> {
    let restored = match Restored::find(target) {
        Ok(restored) => restored?,
        Err(error) => return Some(Finding::fail(SUBJECT, format!("{error:#}"))),
    };
    Some(match restored.expect_unchanged() {
        Ok(()) => Finding::ok(
            SUBJECT,
            format!("the file is as the backup of {} wrote it", restored.manifest.made_at),
        ),
        Err(error) => Finding::fail(SUBJECT, format!("{error:#}")),
    })
}
