//! H2: databases of earlier schemas are migrated by processes that are killed at each statement and in between, and then
//! by two servers that start at once. Nothing is lost, every migration runs once, and the result is the schema of a new database.

mod content;
mod victim;

use std::{fs, os::unix::process::ExitStatusExt as _, process::Stdio, thread, time::Duration};

use diesel::connection::SimpleConnection as _;
use rand::RngExt as _;
use roster::db::{Conn, inspection, migrations};
use serde_json::json;

use self::content::Content;
use crate::{
    census,
    support::{
        database::{Database, Kind},
        people::{Person, email},
        process,
    },
    verdict::{self, Verdict},
};

const BOTH: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];
/// With the first eight migrations a database can hold all that is filled in.
const FIRST_FIXTURE: usize = 8;
/// Longer than a whole migration takes.
const MAX_LIFE_MS: u64 = 250;
const SIGKILL: i32 = 9;
/// More than any start sends.
const MAX_STATEMENTS: usize = 500;

/// How much is checked.
struct Sizes {
    /// Every so manieth earlier schema.
    fixtures: usize,
    /// Kills at random moments, for each fixture.
    kills: u64,
    /// Kills at every so manieth statement.
    statements: usize,
}

#[test]
#[ignore = "takes 240 s"]
fn h2_every_earlier_schema() {
    verdict::announce("H2", &BOTH, |verdict| {
        check(verdict, &Sizes { fixtures: 1, kills: 40, statements: 1 });
    });
}

#[test]
fn h2_in_small() {
    verdict::hold("H2", &BOTH, |verdict| check(verdict, &Sizes { fixtures: 6, kills: 2, statements: 11 }));
}

fn check(verdict: &mut Verdict, sizes: &Sizes) {
    let known = inspection::known_migrations().expect("migrations");
    let reference = Content::schema(&mut census::connect(&Database::new(verdict.kind)));
    let fixtures: Vec<usize> = (FIRST_FIXTURE..known.len()).step_by(sizes.fixtures).collect();
    let (mut lost, mut halves, mut different, mut good) = (0, 0, 0, 0);
    let (mut killed, mut good_starts) = (0, 0);
    for &length in &fixtures {
        let database = Database::new(verdict.kind);
        fill(&database);
        revert(&database, &known[length..]);
        let before = Content::load(&mut census::connect(&database));
        let is_half = || {
            let applied = inspection::applied_migrations(&mut census::connect(&database)).expect("versions");
            u64::from(applied != known && applied != known[..length])
        };
        for statement in (1..MAX_STATEMENTS).step_by(sizes.statements) {
            let ended = victim::run(&database, statement);
            halves += is_half();
            if ended.signal() != Some(SIGKILL) {
                good_starts += u64::from(ended.success());
                break;
            }
            killed += 1;
        }
        revert_if_migrated(&database, &known, length);
        for _ in 0..sizes.kills {
            migrate_and_kill(&database);
            halves += is_half();
        }
        start_twice(&database);
        let conn = &mut census::connect(&database);
        lost += before.missing_from(&Content::load(conn));
        different += u64::from(Content::schema(conn) != reference);
        let again = process::run(database.command().arg("migrate"));
        let is_once = inspection::applied_migrations(conn).expect("versions") == known;
        good += u64::from(is_once && again.code == Some(0) && !again.out.contains("Applied"));
    }
    verdict.at_least("fixtures", fixtures.len() as u64, 1);
    verdict.none("columns_changed", lost);
    verdict.none("half_migrated", halves);
    verdict.exactly("started_after_kills", good_starts, fixtures.len() as u64);
    // A start sends more than twenty statements.
    verdict.at_least("killed_at_statements", killed, (fixtures.len() * 20 / sizes.statements) as u64);
    verdict.none("schema_diff", different);
    verdict.exactly("migrated_once", good, fixtures.len() as u64);
}

/// People, accounts, teams, invites, keys and records.
fn fill(database: &Database) {
    let server = database.serve();
    let olga = Person::owner_of(&server, "olga", "Northside");
    let mia = olga.colleague("mia");
    mia.connect("twitter_accounts", "lions");
    olga.connect("workspaces/twitter_accounts", "hawks");
    for (path, body) in [
        ("teams", json!({"team": {"name": "coaches"}})),
        ("invites", json!({"user_emails": [email("guest")]})),
        ("api_keys", json!({"api_key": {"name": "n8n", "scopes": ["read"]}})),
    ] {
        assert_eq!(olga.post(path, &body).0, 201, "{path}");
    }
    for (path, body) in [
        ("people", json!({"city": "Bern"})),
        ("webhooks", json!({"targetUrl": "https://example.com", "secret": "s"})),
    ] {
        let answer = olga.client.send(reqwest::Method::POST, &format!("/rest/{path}"), Some(&body));
        assert_eq!(answer.expect("an answer").status, 201, "{path}");
    }
}

/// For the kills at random moments, after a victim has migrated.
fn revert_if_migrated(database: &Database, known: &[String], length: usize) {
    let applied = inspection::applied_migrations(&mut census::connect(database)).expect("versions");
    if applied == known {
        revert(database, &known[length..]);
    }
}

/// Reverts the last migrations with the statements of their files, as an older version left the database.
fn revert(database: &Database, versions: &[String]) {
    let conn = &mut census::connect(database);
    let folder = format!("{}/migrations/{}", env!("CARGO_MANIFEST_DIR"), database.kind);
    let folders: Vec<_> =
        fs::read_dir(folder).expect("the migrations").map(|entry| entry.expect("one").path()).collect();
    for version in versions.iter().rev() {
        let is_its =
            |name: &str| name.split('_').next().is_some_and(|part| part.replace('-', "") == *version);
        let of_version =
            folders.iter().find(|path| is_its(&path.file_name().expect("a name").to_string_lossy()));
        let down =
            fs::read_to_string(of_version.expect("its folder").join("down.sql")).expect("how to revert it");
        execute(conn, &down);
        execute(conn, &format!("DELETE FROM __diesel_schema_migrations WHERE version = '{version}'"));
    }
    assert!(matches!(migrations::versions_of_both(), Ok((postgres, _)) if postgres.ends_with(versions)));
}

fn execute(conn: &mut Conn, sql: &str) {
    match conn {
        Conn::Postgres(conn) => conn.batch_execute(sql),
        Conn::Sqlite(conn) => conn.batch_execute(sql),
    }
    .unwrap_or_else(|error| panic!("{sql}: {error}"));
}

fn migrate_and_kill(database: &Database) {
    let mut command = database.command();
    command.arg("migrate").stdout(Stdio::null()).stderr(Stdio::null());
    let mut migrating = command.spawn().expect("the binary");
    thread::sleep(Duration::from_millis(rand::rng().random_range(0..MAX_LIFE_MS)));
    let _ = migrating.kill();
    migrating.wait().expect("a process that ended");
}

/// Both become ready.
fn start_twice(database: &Database) {
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| drop(database.serve()));
        }
    });
}
