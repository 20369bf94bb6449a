//! Requests sent behind one that waits for a lock.

use std::{
    io::Write as _,
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use crate::{
    locks::while_locked,
    support::{
        database::{Database, Kind},
        people::Person,
        process::{HasAddress as _, Server},
    },
    verdict::Verdict,
    wire::{self, Request},
};

/// Costs far more memory than its bytes once it is parsed.
pub const TINY_REQUEST: &str = "GET / HTTP/1.1\r\nHost:a\r\n\r\n";
pub const TINY_REPEATS: usize = 4_000;
const BODY: &str = r#"{"workspace":{"name":"Northside"}}"#;
const CHUNKED: (&str, &str) = ("Transfer-Encoding", "chunked");
const END: &str = "0\r\n\r\n";
/// Within it, the service reads what has arrived.
const MOMENT: Duration = Duration::from_millis(20);
/// Shorter than requests wait for a lock.
const HELD_FOR: Duration = Duration::from_secs(1);

/// While requests wait, and when they are answered, what follows them on their connections takes little memory.
pub fn behind_a_wait(verdict: &mut Verdict) {
    let database = Database::new(verdict.kind);
    let server = database.serve();
    let olga = Person::owner(&server, "olga");
    let lock: &[&str] = match verdict.kind {
        Kind::Sqlite => &["BEGIN IMMEDIATE"],
        Kind::Postgres => &["BEGIN", "SELECT id FROM workspaces FOR UPDATE"],
    };
    let memory = server.memory();
    let (streams, waiting) =
        while_locked(&database, lock, Duration::ZERO, || (send(&olga, 24), most_memory(&server, HELD_FOR)));
    let answering = most_memory(&server, HELD_FOR);
    drop(streams);
    let megabytes = |memory_now: u64| memory_now.saturating_sub(memory) / 1024;
    verdict.at_most("waiting_grown_mb", megabytes(waiting), 60);
    verdict.at_most("answering_grown_mb", megabytes(answering), 60);
}

/// Each connection sends a change of the workspace and tiny requests: its body has a known length, or an unknown one, or
/// its end comes with the tiny requests.
fn send(olga: &Person, connections: usize) -> Vec<TcpStream> {
    let change = Request::by(olga, "PUT", "workspaces");
    let whole = change.clone().body("application/json", BODY);
    let whole = whole.head() + BODY;
    let unended = change.header(CHUNKED.0, CHUNKED.1).header("Content-Type", "application/json").head();
    let unended = format!("{unended}{:x}\r\n{BODY}\r\n", BODY.len());
    let send = |number: usize| {
        let mut stream = wire::connect(&olga.base_url()).expect("a connection");
        let rest = match number % 3 {
            0 => whole.clone(),
            1 => unended.clone() + END,
            _ => {
                stream.write_all(unended.as_bytes()).expect("a head");
                thread::sleep(MOMENT);
                END.to_owned()
            }
        };
        stream.set_nonblocking(true).expect("a socket that does not block");
        // What does not fit is not sent.
        let _ = stream.write_all((rest + &TINY_REQUEST.repeat(TINY_REPEATS)).as_bytes());
        stream
    };
    (0..connections).map(send).collect()
}

fn most_memory(server: &Server, span: Duration) -> u64 {
    let (since, mut most) = (Instant::now(), 0);
    while since.elapsed() < span {
        most = most.max(server.memory());
        thread::sleep(MOMENT);
    }
    most
}
