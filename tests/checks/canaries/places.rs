//! What the service leaves behind: its database, a backup, its log and its pages.

use std::{fs, path::Path, process::Command};

use diesel::{QueryableByName, RunQueryDsl as _, sql_query, sql_types::Text};
use roster::db::{Conn, inspection};

use crate::{
    census,
    support::{
        database::{Database, Kind},
        process,
    },
};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Name and content of each.
pub fn places(database: &Database, log: &Path) -> Vec<(String, String)> {
    let elsewhere = tempfile::tempdir().expect("a folder");
    let backup = elsewhere.path().join("backup");
    let ran = process::run(database.command().arg("backup").arg(&backup)).expect_success();
    let mut places = vec![
        ("the log".to_owned(), read(log)),
        ("the output of roster backup".to_owned(), ran.out + &ran.err),
        ("the output of roster doctor".to_owned(), command(database, "doctor")),
        ("the output of roster keys".to_owned(), command(database, "keys")),
    ];
    places.extend(files(&backup));
    match database.kind {
        Kind::Sqlite => {
            let is_database = |name: &str| !name.ends_with("roster.key");
            places.extend(files(database.folder.path()).into_iter().filter(|(name, _)| is_database(name)));
        }
        Kind::Postgres => {
            places.extend(dump(&mut census::connect(database)));
            places.extend(dump_by_program(database));
        }
    }
    places
}

fn command(database: &Database, name: &str) -> String {
    let ran = process::run(database.command().arg(name));
    ran.out + &ran.err
}

fn files(folder: &Path) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").path());
    entries.map(|path| (path.display().to_string(), read(&path))).collect()
}

fn read(path: &Path) -> String {
    String::from_utf8_lossy(&fs::read(path).expect("a file")).into_owned()
}

/// Every row of every table.
fn dump(conn: &mut Conn) -> Vec<(String, String)> {
    let tables = inspection::tables(conn).expect("tables");
    let content = |table: String| {
        let query = format!("SELECT row::text AS line FROM \"{table}\" AS row");
        let lines: Vec<Line> = sql_query(query).load(conn).expect("rows");
        let lines: Vec<String> = lines.into_iter().map(|Line { line }| line).collect();
        (table, lines.join("\n"))
    };
    tables.into_iter().map(content).collect()
}

/// `pg_dump`, where it is installed and speaks to this server.
fn dump_by_program(database: &Database) -> Option<(String, String)> {
    let output = Command::new("pg_dump").arg(database.url()?).output().ok()?;
    let dump = output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())?;
    Some(("pg_dump".to_owned(), dump))
}
