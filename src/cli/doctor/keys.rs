//! Checks whether the key file opens the database's sealed values.

use std::path::Path;

use super::Finding;
use crate::{
    crypto::key_file::{self, KeyFileError},
    db::{Conn, inspection},
    models::installation,
};

const SUBJECT: &str = "keys";

/// Checks that only the owner can read the file, that it has every key of the database, and that each opens its proof.
pub fn of_database(conn: &mut Conn, path: &Path) -> Finding {
    match inspection::applied_migrations(conn) {
        Ok(applied) if applied.is_empty() => of_file(path),
        _ => match installation::verify(conn, path) {
            Ok(ring) => {
                let ids: Vec<&str> = ring.ids().collect();
                let sentence =
                    format!("{} opens what the database holds ({})", path.display(), ids.join(", "));
                Finding::ok(SUBJECT, sentence)
            }
            Err(error) => Finding::fail(SUBJECT, format!("{error:#}")),
        },
    }
}

/// Checks the file alone, if there is no database.
pub fn of_file(path: &Path) -> Finding {
    match key_file::load(path) {
        Ok(_) => Finding::ok(SUBJECT, format!("{} can be read, by its owner alone", path.display())),
        Err(KeyFileError::Missing(path)) => Finding::warn(
            SUBJECT,
            format!("there is no key file at {}; one is created with a new database", path.display()),
        ),
        Err(error) => Finding::fail(SUBJECT, error.to_string()),
    }
}
