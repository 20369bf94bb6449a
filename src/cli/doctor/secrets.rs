//! Opens every sealed value, and counts those that do not open.

use std::path::Path;

use super::Finding;
use crate::{
    db::{Conn, inspection},
    models::{installation, sealed},
};

const SUBJECT: &str = "secrets";

/// `None` if there is no database or no valid key file, which other findings report.
pub fn finding(conn: &mut Conn, key_file: &Path) -> anyhow::Result<Option<Finding>> {
    let tables = inspection::tables(conn)?;
    if !tables.iter().any(|table| table == "sealing_keys") {
        return Ok(None);
    }
    let Ok(ring) = installation::verify(conn, key_file) else { return Ok(None) };
    let count = sealed::count(conn, &ring, &tables)?;
    Ok(Some(match count.first_damaged {
        None => Finding::ok(SUBJECT, format!("all {} open", count.open)),
        Some(first) => Finding::fail(
            SUBJECT,
            format!(
                "{} of {} do not open, the first is {first}. Connect these accounts and send these invites again, or \
                 restore the latest backup",
                count.damaged,
                count.damaged + count.open
            ),
        ),
    }))
}
