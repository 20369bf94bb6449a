//! SQLite is compiled as `.cargo/config.toml` says.

use super::{catalogue, connect};
use crate::support::database::{Database, Kind};

#[test]
fn sqlite_takes_no_locks_within_a_connection() {
    let mut conn = connect(&Database::new(Kind::Sqlite));
    let options = catalogue::lines(&mut conn, "SELECT compile_options AS line FROM pragma_compile_options");
    let is_there = |option: &str| options.iter().flatten().any(|other| other == option);
    assert!(is_there("THREADSAFE=2"), "{options:?}");
    assert!(is_there("DEFAULT_MEMSTATUS=0"), "{options:?}");
    assert!(!is_there("ENABLE_MEMORY_MANAGEMENT"), "{options:?}");
}
