//! `roster serve` as a process: what it does while nothing reads its output.

use std::{
    io::{self, PipeReader, Write as _},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use reqwest::blocking::Client;

use crate::support::process::{self, HasAddress as _, Server};

/// The capacity of a pipe on Linux, in bytes.
const PIPE_CAPACITY: usize = 64 * 1024;
const PATIENCE: Duration = Duration::from_secs(30);

fn client() -> Client {
    Client::builder().timeout(PATIENCE).build().expect("a client")
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
