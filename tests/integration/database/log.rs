//! SQLite's write-ahead log is kept short, and is not needed after a stop; and processes that start at once on a new file.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use diesel::connection::SimpleConnection as _;
use roster::db::Conn;

use super::connect;
use crate::support::{
    database::{Database, Kind},
    people::Person,
    process,
    server::TestApp,
};

const MIB: u64 = 1024 * 1024;
const PATIENCE: Duration = Duration::from_mins(1);

fn log(database: &Database) -> PathBuf {
    database.folder.path().join("roster.sqlite3-wal")
}

fn log_len(database: &Database) -> u64 {
    log(database).metadata().map_or(0, |file| file.len())
}

fn execute(conn: &mut Conn, sql: &str) {
    let Conn::Sqlite(conn) = conn else { panic!("SQLite") };
    conn.batch_execute(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
}

#[test]
fn becomes_short_again_under_constant_readers() {
    let app = TestApp::start(Kind::Sqlite);
    let olga = Person::owner_of(&app, "olga", "Northside");
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(olga.get("users").0, 200, "the first use, which is written down");
    let mut reader = connect(&app.database);
    execute(&mut reader, "BEGIN; SELECT count(*) FROM users");
    execute(
        &mut connect(&app.database),
        "CREATE TABLE ballast AS SELECT zeroblob(70 * 1024 * 1024) AS ballast",
    );
    assert!(log_len(&app.database) > 70 * MIB);
    let (done, refused) = (AtomicBool::new(false), AtomicU64::new(0));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    refused.fetch_add(u64::from(olga.get("users").0 != 200), Ordering::Relaxed);
                }
            });
        }
        execute(&mut reader, "COMMIT");
        let since = Instant::now();
        while log_len(&app.database) > MIB && since.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(20));
        }
        done.store(true, Ordering::Relaxed);
    });
    assert!(log_len(&app.database) <= MIB, "the log stays at {} bytes", log_len(&app.database));
    assert_eq!(refused.into_inner(), 0);
}

#[test]
fn is_copied_to_the_file_after_some_writes() {
    let database = Database::new(Kind::Sqlite);
    let server = database.serve();
    let olga = Person::owner_of(&server, "olga", "Northside");
    for uid in 0..1_100 {
        olga.connect("workspaces/twitter_accounts", &format!("fan{uid}"));
    }
    let since = Instant::now();
    while accounts_in_copy(&database).is_none_or(|accounts| accounts < 900) {
        assert!(since.elapsed() < PATIENCE, "{:?}", accounts_in_copy(&database));
    }
}

/// In the file alone, without its log. `None` if it was just written to.
fn accounts_in_copy(database: &Database) -> Option<i64> {
    let copy = Database::new(Kind::Sqlite);
    let file = |database: &Database| database.folder.path().join("roster.sqlite3");
    fs::copy(file(database), file(&copy)).unwrap();
    roster::db::inspection::count_rows(&mut connect(&copy), "social_accounts").ok()
}

#[test]
fn is_not_needed_after_a_stop() {
    for run in 0..3 {
        let database = Database::new(Kind::Sqlite);
        let mut server = database.serve();
        let olga = Person::owner_of(&server, "olga", "Northside");
        for uid in 0..5 {
            olga.connect("workspaces/twitter_accounts", &format!("fan{uid}"));
        }
        server.terminate();
        assert_eq!(server.ended(), Some(0));
        assert_eq!(log_len(&database), 0, "run {run}");
        assert_eq!(accounts_in_copy(&database), Some(5), "run {run}");
    }
}

fn start_at_once(folder: &Path) -> Vec<String> {
    let starting: Vec<_> = (0..6)
        .map(|_| {
            let mut command = process::command(folder, None);
            command.arg("migrate").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary")
        })
        .collect();
    let outputs = starting.into_iter().map(|process| process.wait_with_output().expect("its output"));
    let failed = outputs.filter(|output| !output.status.success());
    failed.map(|output| String::from_utf8_lossy(&output.stderr).into_owned()).collect()
}

#[test]
fn processes_that_start_at_once_on_a_new_file_all_succeed() {
    for _ in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(start_at_once(folder.path()), [""; 0]);
    }
}

#[test]
fn a_second_service_is_told_that_sqlite_is_for_one() {
    let database = Database::new(Kind::Sqlite);
    let _first = database.serve();
    let mut second = database.serving();
    let mut process =
        second.env("ROSTER_LOG", "warn").stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let lines = std::io::BufRead::lines(std::io::BufReader::new(process.stderr.take().unwrap()));
    let told = lines.map_while(Result::ok).find(|line| line.contains("SQLite is for one process"));
    process.kill().unwrap();
    process.wait().unwrap();
    assert!(told.is_some());
}
