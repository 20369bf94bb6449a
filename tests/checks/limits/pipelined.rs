//! Requests sent behind one that waits for a lock.

use std::{
    io::Write as _,
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use super::unread::{TINY_REPEATS, TINY_REQUEST};
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

const BODY: &str = r#"{"workspace":{"name":"Northside"}}"#;
/// Much of it is read while the change before it waits.
const LARGER_BODY_BYTES: usize = 60_000;
const CONNECTIONS: usize = 24;
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
    let (mut streams, waiting) = while_locked(&database, lock, Duration::ZERO, || {
        (send(&olga, CONNECTIONS), most_memory(&server, HELD_FOR))
    });
    let answering = most_memory(&server, HELD_FOR);
    let changed = streams.iter_mut().map(has_changed).filter(|has_changed| *has_changed).count();
    verdict.exactly("changed", changed as u64, CONNECTIONS as u64);
    let megabytes = |memory_now: u64| memory_now.saturating_sub(memory) / 1024;
    verdict.at_most("waiting_grown_mb", megabytes(waiting), 60);
    verdict.at_most("answering_grown_mb", megabytes(answering), 60);
}

/// Each connection sends a change of the workspace and tiny requests: its body has a known length, or an unknown one, or
/// its end comes with the tiny requests, or a second change with a larger body is between them.
fn send(olga: &Person, connections: usize) -> Vec<TcpStream> {
    let change = Request::by(olga, "PUT", "workspaces");
    let whole = |body: &str| change.clone().body("application/json", body).head() + body;
    let larger = format!("{BODY}{}", " ".repeat(LARGER_BODY_BYTES));
    let larger = whole(BODY) + &whole(&larger);
    let whole = whole(BODY);
    let unended =
        change.clone().header(CHUNKED.0, CHUNKED.1).header("Content-Type", "application/json").head();
    let unended = format!("{unended}{:x}\r\n{BODY}\r\n", BODY.len());
    let send = |number: usize| {
        let mut stream = wire::connect(&olga.base_url()).expect("a connection");
        let rest = match number % 6 {
            0 => whole.clone(),
            1 => unended.clone() + END,
            2..5 => larger.clone(),
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

/// Whether the first answer tells of a change.
fn has_changed(stream: &mut TcpStream) -> bool {
    stream.set_nonblocking(false).expect("a socket that blocks");
    wire::read(stream, true).is_ok_and(|(answer, _)| answer.status == 200)
}

fn most_memory(server: &Server, span: Duration) -> u64 {
    let (since, mut most) = (Instant::now(), 0);
    while since.elapsed() < span {
        most = most.max(server.memory());
        thread::sleep(MOMENT);
    }
    most
}
