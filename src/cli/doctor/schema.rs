//! Checks whether the tables fit this build.

use super::Finding;
use crate::db::{
    Conn,
    migrations::{self, Fit},
};

const SUBJECT: &str = "schema";

pub fn finding(conn: &mut Conn) -> anyhow::Result<Finding> {
    Ok(match migrations::fit(conn).map_err(anyhow::Error::from_boxed)? {
        Fit::Current => Finding::ok(SUBJECT, "up to date"),
        Fit::Older(pending) => Finding::warn(
            SUBJECT,
            format!("migrations are pending ({}); back up, then run `roster migrate`", pending.join(", ")),
        ),
        Fit::Newer(version) => Finding::warn(
            SUBJECT,
            format!(
                "a newer Roster has changed the tables (migration {version}); this one works with them, but update \
                 it soon"
            ),
        ),
        Fit::Unfit(fault) => Finding::fail(SUBJECT, fault),
    })
}
