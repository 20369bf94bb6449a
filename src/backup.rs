//! Backups: the manifest that says what is in one, and the check of a database that was restored from one.

pub mod manifest;
pub mod restored;
