//! `roster serve` as a process: what it does while nothing reads its output, and how it stops.

use std::{
    io::{self, PipeReader, Write as _},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use diesel::connection::SimpleConnection as _;
use reqwest::{
    Method,
    blocking::{Client, Response},
};
use roster::db::Conn;
use serde_json::json;

use crate::{
    database::connect,
    support::{
        database::{Database, Kind},
        people::Person,
        process::{self, HasAddress as _, Server},
    },
};

/// The capacity of a pipe on Linux, in bytes.
const PIPE_CAPACITY: usize = 64 * 1024;
const PATIENCE: Duration = Duration::from_secs(30);

fn client() -> Client {
    process::http_client().timeout(PATIENCE).build().expect("a client")
}

/// A process whose log and output go to a pipe that is full and that nothing reads.
fn start_unread(folder: &tempfile::TempDir, listen: &str) -> (Child, PipeReader) {
    let (reader, mut writer) = io::pipe().expect("a pipe");
    writer.write_all(&vec![b'x'; PIPE_CAPACITY]).expect("room for its capacity");
    let mut command = process::serving(folder.path(), None);
    command.env("ROSTER_LOG", "info").env("ROSTER_LISTEN", listen);
    command.stdout(writer.try_clone().expect("a second handle")).stderr(writer);
    (command.spawn().expect("the binary"), reader)
}

#[test]
fn answers_and_stops_while_nothing_reads_its_log() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command: Command = process::serving(folder.path(), None);
    command.env("ROSTER_LOG", "info").stderr(Stdio::piped());
    let mut server = Server::start(command);
    let (http, url) = (client(), server.address().url(&format!("/{}", "long".repeat(1_000))));
    for _ in 0..2 * PIPE_CAPACITY / 4_000 {
        assert_eq!(http.get(&url).send().expect("an answer").status(), 404);
    }
    let since = Instant::now();
    server.terminate();
    assert_eq!(server.ended(), Some(0));
    assert!(since.elapsed() < Duration::from_secs(10), "stopped after {:?}", since.elapsed());
}

#[test]
fn starts_while_nothing_reads_its_output() {
    let folder = tempfile::tempdir().expect("a folder");
    let address = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a free port");
    let (mut process, reader) = start_unread(&folder, &address.to_string());
    let since = Instant::now();
    while TcpStream::connect(address).is_err() {
        assert!(since.elapsed() < PATIENCE, "the port is never open");
    }
    let answer = client().get(format!("http://{address}/health/live")).send();
    process.kill().expect("a process to kill");
    process.wait().expect("a process that ended");
    assert_eq!(answer.expect("an answer").status(), 200);
    drop(reader);
}

/// A connection per request, like a client that has not used the service yet.
fn get_anew(server: &Server, path: &str) -> reqwest::Result<Response> {
    let client =
        process::http_client().timeout(PATIENCE).pool_max_idle_per_host(0).build().expect("a client");
    client.get(server.address().url(path)).send()
}

/// Makes every write wait until the connection is dropped.
fn block_writes(database: &Database) -> Conn {
    let mut conn = connect(database);
    conn.batch_execute(match database.kind {
        Kind::Sqlite => "BEGIN IMMEDIATE",
        Kind::Postgres => "BEGIN; LOCK TABLE workspaces IN ACCESS EXCLUSIVE MODE",
    })
    .expect("a lock");
    conn
}

/// A write that waits for a lock; its outcome.
fn begin_write(olga: &Person) -> JoinHandle<u16> {
    let olga = olga.clone();
    thread::spawn(move || olga.send(Method::POST, "teams", Some(&json!({"team": {"name": "Press"}}))).0)
}

fn wait_until(holds: impl Fn() -> bool) {
    let since = Instant::now();
    while !holds() {
        assert!(since.elapsed() < PATIENCE, "it never happens");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn is_not_ready_but_answers_while_the_drain_lasts() {
    let database = Database::new(Kind::Sqlite);
    let mut command = database.serving();
    command.env("ROSTER_DRAIN_SECONDS", "1");
    let mut server = Server::start(command);
    let olga = Person::owner(&server, "olga");
    let since = Instant::now();
    server.terminate();
    wait_until(|| get_anew(&server, "/health/ready").expect("an open port").status() == 503);
    assert_eq!(olga.get("users").0, 200);
    let answer = get_anew(&server, "/health/live").expect("an open port");
    assert_eq!((answer.status().as_u16(), &answer.headers()["connection"]), (200, &"close".parse().unwrap()));
    assert_eq!(server.ended(), Some(0));
    assert!(since.elapsed() >= Duration::from_secs(1));
    assert!(get_anew(&server, "/health/live").expect_err("a closed port").is_connect());
}

#[test]
fn new_connections_get_503_while_it_finishes_requests() {
    for kind in Kind::available() {
        let database = Database::new(kind);
        let mut server = database.serve();
        let olga = Person::owner(&server, "olga");
        let lock = block_writes(&database);
        let waiting = begin_write(&olga);
        wait_until(|| TcpStream::connect(server.address().url("").trim_start_matches("http://")).is_ok());
        server.terminate();
        wait_until(|| get_anew(&server, "/health/live").expect("an answer").status() == 503);
        let answer = get_anew(&server, "/rest/people").expect("an answer");
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["retry-after"]),
            (503, &"2".parse().unwrap())
        );
        drop(lock);
        let status = waiting.join().expect("an answer");
        assert!([201, 503].contains(&status), "{kind}: {status}");
        assert_eq!(server.ended(), Some(0), "{kind}");
    }
}

#[test]
fn a_second_signal_ends_it_at_once() {
    for kind in Kind::available() {
        let database = Database::new(kind);
        let mut command = database.serving();
        command.env("ROSTER_DRAIN_SECONDS", "600");
        let mut server = Server::start(command);
        server.terminate();
        wait_until(|| get_anew(&server, "/health/ready").expect("an open port").status() == 503);
        server.terminate();
        assert_eq!(server.ended(), Some(143), "{kind}");
    }
}

#[test]
fn a_letter_that_waits_is_in_the_log() {
    for kind in Kind::available() {
        let database = Database::new(kind);
        let closed = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a free port");
        let mut command = database.serving();
        command
            .env("ROSTER_SMTP_URL", format!("smtp://{closed}"))
            .env("ROSTER_MAIL_FROM", "roster@example.test");
        command.env("ROSTER_LOG", "info").stderr(Stdio::piped());
        let mut server = Server::start(command);
        Person::owner(&server, "olga").must(
            Method::POST,
            "invites",
            Some(&json!({"user_emails": ["nina@example.test"]})),
        );
        server.terminate();
        let log = server.log();
        assert!(
            log.contains("letters that are stored and are sent after the next start: 1"),
            "{kind}: {log}"
        );
    }
}

#[test]
fn connections_leave_files_for_everything_else() {
    const LIMIT: usize = 200;
    for kind in Kind::available() {
        let database = Database::new(kind);
        let serving = database.serving();
        let mut command = Command::new("sh");
        command.arg("-c").arg(format!("ulimit -n {LIMIT}; exec \"$0\" \"$@\"")).arg(serving.get_program());
        command.env_clear().envs(serving.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.env("ROSTER_DATABASE_CONNECTIONS", "3").env("ROSTER_WORKERS", "1");
        let server = Server::start(command);
        let olga = Person::owner(&server, "olga");
        let address = server.address().url("");
        let address = address.trim_start_matches("http://");
        let idle: Vec<_> = (0..LIMIT).map(|_| TcpStream::connect(address).expect("a connection")).collect();
        wait_until(|| server.open_files() > LIMIT / 2);
        for _ in 0..20 {
            assert_eq!(olga.get("users").0, 200, "{kind}");
            assert!(server.open_files() <= LIMIT - 64, "{kind}: {}", server.open_files());
        }
        drop(idle);
    }
}
