//! Checks that the database is intact: `PRAGMA integrity_check` on SQLite; on PostgreSQL `pg_amcheck` if it is
//! installed, which compares every row with its indexes.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use diesel::{QueryableByName, RunQueryDsl as _, sql_query, sql_types::Text};
use roster::db::Conn;

use crate::support::database::{Database, Kind};

#[derive(QueryableByName)]
struct Finding {
    #[diesel(sql_type = Text)]
    integrity_check: String,
}

pub fn is_sound(conn: &mut Conn, database: &Database) -> bool {
    match (database.kind, database.url()) {
        (Kind::Postgres, Some(url)) => amcheck().is_none_or(|program| passes(program, &url)),
        _ => integrity_check(conn),
    }
}

fn integrity_check(conn: &mut Conn) -> bool {
    let findings: Vec<Finding> = sql_query("PRAGMA integrity_check").load(conn).expect("a check");
    let sound = findings.iter().all(|finding| finding.integrity_check == "ok");
    for Finding { integrity_check } in findings.iter().filter(|_| !sound) {
        eprintln!("{integrity_check}");
    }
    sound
}

fn passes(program: &Path, url: &str) -> bool {
    let check = Command::new(program)
        .args(["--install-missing", "--heapallindexed", "--schema=public", url])
        .output();
    let output = check.expect("pg_amcheck that runs");
    if !output.status.success() {
        eprintln!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    }
    output.status.success()
}

fn amcheck() -> Option<&'static Path> {
    static PROGRAM: OnceLock<Option<PathBuf>> = OnceLock::new();
    PROGRAM.get_or_init(find).as_deref()
}

fn find() -> Option<PathBuf> {
    let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<_> = installed.map(|version| version.path().join("bin")).collect();
    folders.extend(env::var_os("PATH").iter().flat_map(env::split_paths));
    let found = folders.into_iter().map(|folder| folder.join("pg_amcheck")).find(|program| program.exists());
    if found.is_none() {
        eprintln!("pg_amcheck is not installed: PostgreSQL's own files are not checked.");
    }
    found
}
