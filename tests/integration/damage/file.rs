//! A damaged SQLite file: found at the start, by the daily check and by `roster doctor`.

use std::{fs, path::PathBuf};

use chrono::TimeDelta;
use diesel::connection::SimpleConnection as _;
use roster::db::Conn;

use super::readiness_becomes;
use crate::{
    commands::run_beside,
    database::connect,
    jobs::eventually,
    support::{
        database::{Database, Kind},
        people::{Person, email},
        process,
        server::TestApp,
    },
};

const PAGE_BYTES: usize = 4096;

fn file(database: &Database) -> PathBuf {
    database.folder.path().join("roster.sqlite3")
}

/// Writes everything into the main file.
fn checkpoint(database: &Database) {
    let Conn::Sqlite(conn) = &mut connect(database) else { panic!("SQLite") };
    conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").expect("a checkpoint");
}

/// Overwrites the header of a page in the middle; returns the file as it was.
fn damage_a_page(database: &Database) -> Vec<u8> {
    let sound = fs::read(file(database)).expect("the file");
    let mut damaged = sound.clone();
    let page = damaged.len() / PAGE_BYTES / 2 * PAGE_BYTES;
    damaged[page..page + 64].fill(0xA5);
    fs::write(file(database), damaged).expect("a damaged file");
    sound
}

#[test]
fn stops_the_start() {
    let database = Database::new(Kind::Sqlite);
    damage_a_page(&database);
    for command in ["serve", "migrate"] {
        process::run(database.serving().arg(command)).expect_refusal("is damaged: ");
    }
    let ran = process::run(database.command().arg("doctor"));
    assert!(ran.line("FAIL database: ").contains("restore the latest backup"), "{ran:#?}");
}

#[test]
fn stops_the_start_if_the_file_is_no_database_any_more() {
    let database = Database::new(Kind::Sqlite);
    fs::write(file(&database), "x".repeat(100_000)).unwrap();
    process::run(database.serving().arg("serve")).expect_refusal("is damaged: file is not a database");
    let ran = process::run(database.command().arg("doctor"));
    assert!(ran.line("FAIL database: ").contains("is damaged: file is not a database"), "{ran:#?}");
}

#[test]
fn is_found_by_the_daily_check_and_makes_the_service_unready() {
    let app = TestApp::start(Kind::Sqlite);
    Person::owner(&app, "olga");
    let is_done = |jobs: &[String]| jobs.len() == 1;
    eventually(&app.database, "kind = 'integrity' AND lease IS NULL AND due_at > created_at", is_done);
    readiness_becomes(&app, 200);
    checkpoint(&app.database);
    let sound = damage_a_page(&app.database);
    app.clock.advance(TimeDelta::hours(25));
    readiness_becomes(&app, 503);
    let failing = eventually(&app.database, "kind = 'integrity' AND failing_since IS NOT NULL", is_done);
    assert!(failing[0].contains("the database is damaged: "), "{failing:?}");
    checkpoint(&app.database);
    fs::write(file(&app.database), sound).unwrap();
    app.clock.advance(TimeDelta::hours(2));
    readiness_becomes(&app, 200);
}

/// An index that differs from its table is not seen by the quick check.
#[test]
fn in_an_index_is_found_by_doctor() {
    let app = TestApp::start(Kind::Sqlite);
    Person::owner(&app, "olga");
    checkpoint(&app.database);
    let mut bytes = fs::read(file(&app.database)).unwrap();
    let email = email("olga");
    let at = bytes.windows(email.len()).position(|window| window == email.as_bytes()).expect("the address");
    bytes[at] ^= 1;
    fs::write(file(&app.database), bytes).unwrap();
    let ran = run_beside(&app, &["doctor"]);
    assert!(ran.line("FAIL database: ").contains("index"), "{ran:#?}");
}

#[test]
fn is_looked_for_with_a_line_that_says_so_if_that_takes_long() {
    let database = Database::new(Kind::Sqlite);
    let ran = process::run(database.command().arg("doctor"));
    assert!(!ran.err.contains("checking all"), "{ran:#?}");
    let Conn::Sqlite(conn) = &mut connect(&database) else { panic!("SQLite") };
    conn.batch_execute("CREATE TABLE ballast AS SELECT zeroblob(70 * 1024 * 1024) AS ballast").unwrap();
    checkpoint(&database);
    let ran = process::run(database.command().arg("doctor"));
    assert!(ran.err.contains("checking all 7") && ran.out.contains("ok   database: "), "{ran:#?}");
}
