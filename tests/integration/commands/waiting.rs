//! Locks that other processes hold: a start waits and says for what, the other commands say it and end.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, ChildStderr, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use diesel::{PgConnection, connection::SimpleConnection as _};
use reqwest::blocking::Response;
use roster::db::{Conn, Target};
use rustix::process::{Pid, Signal, kill_process};

use crate::{
    database::connect,
    support::{
        database::{Database, Kind},
        people::Person,
        postgres::Postgres,
        process,
        server::TestApp,
    },
};

const PATIENCE: Duration = Duration::from_secs(30);
const ALL_TABLES: &str = "DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP
        EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', name);
    END LOOP;
END $$";
const ALTERS_INSTALLATION: &str = "2026-11-28-000028";
/// The lock under which a process migrates.
const MIGRATION: &str = "SELECT pg_advisory_xact_lock(7240131978)";

/// Holds a lock until it is dropped: SQLite's only one, or the given one.
fn hold(mut conn: Conn, lock: &str) -> Conn {
    match &mut conn {
        Conn::Sqlite(conn) => conn.batch_execute("BEGIN IMMEDIATE").unwrap(),
        Conn::Postgres(conn) => conn
            .batch_execute(&format!(
                "SET idle_in_transaction_session_timeout = 0; SET application_name = 'a forgotten psql';
                 BEGIN; {lock}"
            ))
            .unwrap(),
    }
    conn
}

fn sentence(kind: Kind) -> &'static str {
    match kind {
        Kind::Sqlite => "another process has been writing to it for more than 2 seconds",
        Kind::Postgres => "(a forgotten psql, idle in transaction) has held a lock for more than 2 seconds",
    }
}

/// A process that waits for a lock, and what it says.
struct Waiting {
    process: Child,
    lines: mpsc::Receiver<String>,
}

impl Waiting {
    fn start(command: &mut Command, kind: Kind) -> Self {
        command.env("ROSTER_LOG", "info").stdout(Stdio::null()).stderr(Stdio::piped());
        let since = Instant::now();
        let mut process = command.spawn().expect("the binary");
        let lines = read_lines(process.stderr.take().expect("a pipe"));
        let waiting = Self { process, lines };
        waiting.says(sentence(kind));
        let took = since.elapsed();
        assert!(took >= Duration::from_secs(2) && took < Duration::from_secs(8), "{kind}: {took:?}");
        waiting
    }

    fn says(&self, sentence: &str) {
        let mut said = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            if line.contains(sentence) {
                return;
            }
            said.push(line);
        }
        panic!("no line has {sentence:?}: {said:#?}");
    }

    fn ended(&mut self) -> Option<i32> {
        self.process.wait().expect("a process that ended").code()
    }

    fn terminate(&mut self) {
        let id = i32::try_from(self.process.id()).ok().and_then(Pid::from_raw).expect("an id");
        kill_process(id, Signal::TERM).expect("a process to stop");
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

fn read_lines(pipe: ChildStderr) -> mpsc::Receiver<String> {
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        BufReader::new(pipe).lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
    });
    lines
}

fn serving(database: &Database) -> (Command, String) {
    let address = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a free port");
    let mut command = database.serving();
    command.env("ROSTER_LISTEN", address.to_string());
    (command, format!("http://{address}"))
}

fn get(base_url: &str, path: &str) -> Response {
    let client = process::http_client().timeout(PATIENCE).build().expect("a client");
    client.get(format!("{base_url}{path}")).send().expect("an answer")
}

#[test]
fn a_start_is_alive_while_it_waits_and_serves_afterwards() {
    for kind in Kind::available() {
        let database = Database::new(kind);
        let lock = hold(connect(&database), "LOCK TABLE sealing_keys IN ACCESS EXCLUSIVE MODE");
        let (mut command, base_url) = serving(&database);
        let server = Waiting::start(&mut command, kind);
        assert_eq!(get(&base_url, "/health/live").text().unwrap(), r#"{"status":"ok"}"#);
        for path in ["/health/ready", "/api/v4/users", "/rest/people", "/"] {
            let answer = get(&base_url, path);
            assert_eq!(
                (answer.status().as_u16(), &answer.headers()["retry-after"]),
                (503, &"2".parse().unwrap())
            );
            assert!(answer.text().unwrap().contains("The service is busy. Try again in 2 seconds."));
        }
        drop(lock);
        let since = Instant::now();
        while get(&base_url, "/health/ready").status() != 200 {
            assert!(since.elapsed() < PATIENCE, "{kind}: it is never ready");
            thread::sleep(Duration::from_millis(20));
        }
        drop(server);
    }
}

#[test]
fn a_start_that_waits_ends_at_once() {
    for kind in Kind::available() {
        let database = Database::new(kind);
        let _lock = hold(connect(&database), MIGRATION);
        let mut server = Waiting::start(&mut serving(&database).0, kind);
        let since = Instant::now();
        server.terminate();
        assert_eq!(server.ended(), Some(0), "{kind}");
        assert!(since.elapsed() < Duration::from_secs(1), "{kind}: {:?}", since.elapsed());
        server.says("stopped before the database was open");
    }
}

#[test]
fn processes_that_migrate_at_once_wait_for_each_other() {
    for kind in Kind::available() {
        let folder = tempfile::tempdir().unwrap();
        let name = format!("roster_waiting_{}", std::process::id());
        let url = (kind == Kind::Postgres).then(|| {
            let postgres = Postgres::get().unwrap();
            postgres.create(&name);
            postgres.url(&name)
        });
        let target = Target::from_url(url.as_deref(), folder.path()).unwrap();
        let lock = hold(target.connect().unwrap(), MIGRATION);
        let mut migrations = [0, 1].map(|_| {
            let mut command = process::command(folder.path(), url.as_deref());
            Waiting::start(command.arg("migrate"), kind)
        });
        drop(lock);
        for migration in &mut migrations {
            assert_eq!(migration.ended(), Some(0), "{kind}");
        }
        if kind == Kind::Postgres {
            Postgres::get().unwrap().remove(&name);
        }
    }
}

#[test]
fn a_migration_holds_nobody_up_while_it_waits_for_a_table() {
    if Postgres::for_this_test().is_none() {
        return;
    }
    let database = Database::new(Kind::Postgres);
    let mut conn = connect(&database);
    let Conn::Postgres(conn) = &mut conn else { panic!("PostgreSQL") };
    revert_to_before(conn, ALTERS_INSTALLATION);
    let reader = hold(connect(&database), "LOCK TABLE installation IN ACCESS SHARE MODE");
    let mut migration = Waiting::start(database.command().arg("migrate"), Kind::Postgres);
    conn.batch_execute("SET lock_timeout = '4s'; SELECT * FROM installation").unwrap();
    drop(reader);
    assert_eq!(migration.ended(), Some(0));
}

fn revert_to_before(conn: &mut PgConnection, version: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/postgres");
    let mut migrations: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    migrations.sort();
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    for migration in migrations.iter().rev().take_while(|path| name(path).as_str() >= version) {
        conn.batch_execute(&fs::read_to_string(migration.join("down.sql")).unwrap()).unwrap();
    }
    let version = version.replace('-', "");
    conn.batch_execute(&format!("DELETE FROM __diesel_schema_migrations WHERE version >= '{version}'"))
        .unwrap();
}

#[test]
fn every_command_names_the_process_that_has_locked_a_table() {
    if Postgres::for_this_test().is_none() {
        return;
    }
    let database = Database::new(Kind::Postgres);
    let _lock = hold(connect(&database), ALL_TABLES);
    let backup = database.folder.path().join("backup").to_string_lossy().into_owned();
    let commands: [&[&str]; 8] = [
        &["invites"],
        &["readings", "--workspace", "1"],
        &["keys"],
        &["keys", "rotate"],
        &["keys", "retire", "4a1c7add"],
        &["sessions", "end", "--all"],
        &["reset-password", "olga@example.test"],
        &["backup", &backup],
    ];
    thread::scope(|scope| {
        for arguments in commands {
            let mut command = database.command();
            scope.spawn(move || {
                let since = Instant::now();
                process::run(command.args(arguments)).expect_refusal(sentence(Kind::Postgres));
                assert!(since.elapsed() < Duration::from_secs(10), "{arguments:?}");
            });
        }
    });
    let doctor = process::run(database.command().arg("doctor"));
    assert!(doctor.line("FAIL database: ").contains(sentence(Kind::Postgres)), "{doctor:#?}");
}

#[test]
fn a_dump_does_not_wait_for_a_table() {
    if Postgres::for_this_test().is_none() {
        return;
    }
    let database = Database::new(Kind::Postgres);
    let _lock = hold(connect(&database), "LOCK TABLE throttles IN ACCESS EXCLUSIVE MODE");
    let folder = database.folder.path().join("backup");
    process::run(database.command().arg("backup").arg(folder)).expect_refusal(sentence(Kind::Postgres));
}

#[test]
fn commands_that_only_read_wait_for_no_migration() {
    for kind in Kind::available() {
        let app = TestApp::start(kind);
        let olga = Person::owner_of(&app, "olga", "Northside");
        let _lock = hold(connect(&app.database), MIGRATION);
        let readings = ["readings", "--workspace", &olga.email];
        for arguments in [&["invites"][..], &["keys"], &readings] {
            process::run(app.database.command().args(arguments)).expect_success();
        }
    }
    let folder = tempfile::tempdir().unwrap();
    process::run(process::command(folder.path(), None).arg("invites"))
        .expect_refusal("`roster migrate` makes it");
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
}

#[test]
fn a_command_that_writes_names_the_file_that_is_locked() {
    let app = TestApp::start(Kind::Sqlite);
    let olga = Person::owner_of(&app, "olga", "Northside");
    let _lock = hold(connect(&app.database), "");
    for arguments in [&["sessions", "end", "--all"][..], &["reset-password", &olga.email]] {
        process::run(app.database.command().args(arguments)).expect_refusal(sentence(Kind::Sqlite));
    }
}
