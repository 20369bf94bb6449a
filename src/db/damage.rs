//! Looks for damage of an SQLite file. PostgreSQL looks after its own files.

use diesel::result::Error as Failure;

use super::{Target, inspection};

/// A start checks files up to this size, which takes less than a second.
const MAX_BYTES_AT_START: u64 = 64 * 1024 * 1024;
/// Parts of SQLite's messages when a file is too damaged to be checked.
const UNREADABLE: [&str; 3] = ["malformed", "not a database", "disk I/O error"];

impl Target {
    /// The first message about damage. `thoroughly` also compares the indexes with their tables, which takes longer.
    pub fn damage(&self, thoroughly: bool) -> anyhow::Result<Option<String>> {
        match self.inspect(|conn| Ok(inspection::damage(conn, thoroughly)?)) {
            Ok(damage) => Ok(damage.into_iter().next()),
            Err(error) if is_damage(&error) => Ok(Some(format!("{error:#}"))),
            Err(error) => Err(error),
        }
    }

    /// The size of the SQLite file; `None` for PostgreSQL.
    pub fn byte_len(&self) -> Option<u64> {
        match self {
            Self::Postgres(_) => None,
            Self::Sqlite(path) => Some(path.metadata().map_or(0, |file| file.len())),
        }
    }

    /// Refuses a damaged file, unless it is large: then the daily check finds the damage.
    pub fn expect_undamaged_if_small(&self) -> anyhow::Result<()> {
        if !self.byte_len().is_some_and(|bytes| (1..MAX_BYTES_AT_START).contains(&bytes)) {
            return Ok(());
        }
        match self.damage(false)? {
            Some(damage) => anyhow::bail!(
                "The database ({self:?}) is damaged: {damage}. Restore the latest backup into an empty folder; keep \
                 the damaged file, which may hold later rows. Nothing was changed"
            ),
            None => Ok(()),
        }
    }
}

/// Whether the database could not be read because its file is damaged.
pub fn is_damage(error: &anyhow::Error) -> bool {
    match error.downcast_ref() {
        Some(Failure::DatabaseError(_, details)) => {
            UNREADABLE.iter().any(|message| details.message().contains(message))
        }
        _ => false,
    }
}
