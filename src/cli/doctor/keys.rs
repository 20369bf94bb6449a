//! Whether the key file opens what the database holds.

use std::path::Path;

use super::Finding;
use crate::{
    crypto::key_file::{self, KeyFileError},
    db::{Conn, inspection},
    models::installation,
};

const SUBJECT: &str = "keys";

/// Its mode, every key the database knows, and the proof each of them sealed.
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

/// The file alone, where there is no database to hold it against.
pub fn of_file(path: &Path) -> Finding {
    match key_file::load(path) {
        Ok(_) => Finding::ok(SUBJECT, format!("{} can be read, by its owner alone", path.display())),
        Err(KeyFileError::Missing(path)) => Finding::warn(
            SUBJECT,
            format!("there is no key file at {}; one is made for a database that is new", path.display()),
        ),
        Err(error) => Finding::fail(SUBJECT, error.to_string()),
    }
}
