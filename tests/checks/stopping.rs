//! H1: the server is stopped while clients send requests. Each request gets a whole answer or no connection, readiness is
//! 503 before the port is closed, and the process ends in time.

use std::{
    io,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use diesel::{RunQueryDsl as _, dsl::sql, sql_types::BigInt};
use roster::app;
use serde_json::json;

use crate::{
    support::{
        database::{Database, Kind},
        people::Person,
        process::{HasAddress as _, Server},
    },
    verdict::{Verdict, announce, hold},
    wire::{Request, Wire, connect, read},
};

const BOTH: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];
const CLIENTS: usize = 8;
/// Time between readiness and the signal.
const LIFE: Duration = Duration::from_millis(300);

#[derive(Default)]
struct Seen {
    answered: AtomicU64,
    refused: AtomicU64,
    /// Requests that were sent on a connection of their own and got no whole answer.
    aborted: AtomicU64,
    created: AtomicU64,
    others: AtomicU64,
    live_failed: AtomicU64,
    secrets: AtomicU64,
}

#[derive(Default)]
struct Stops {
    clean: u64,
    /// Stops during which readiness was seen to be 503.
    not_ready_first: u64,
    slowest_ms: u64,
}

/// `per_second` requests a second, of all clients together.
fn check(verdict: &mut Verdict, stops: u64, per_second: u64) {
    let database = Database::new(verdict.kind);
    let mut server = Server::start({
        let mut command = database.serving();
        command.env("ROSTER_DRAIN_SECONDS", "0");
        command
    });
    let olga = Person::owner(&server, "olga");
    let (seen, mut counted) = (Seen::default(), Stops::default());
    for stop in 0..stops {
        let pause = Duration::from_millis(1_000 * CLIENTS as u64 / per_second);
        stop_under_load(&mut server, &olga, pause, &seen, &mut counted);
        if stop + 1 < stops {
            server.start_again();
        }
    }
    let total = |count: &AtomicU64| count.load(Ordering::Relaxed);
    verdict.at_least("answered", total(&seen.answered), stops);
    verdict.note("refused", total(&seen.refused));
    verdict.none("aborted", total(&seen.aborted));
    // A request on a connection that was used before is sent again if it is closed, so a missing answer shows here.
    verdict.exactly("created", teams(&database), total(&seen.created));
    verdict.none("other_answers", total(&seen.others));
    verdict.none("live_failed", total(&seen.live_failed));
    verdict.none("versions_or_secrets", total(&seen.secrets));
    verdict.exactly("exit_0", counted.clean, stops);
    verdict.exactly("not_ready_first", counted.not_ready_first, stops);
    verdict.in_time("slowest_stop_ms", counted.slowest_ms, 10_000);
}

fn teams(database: &Database) -> u64 {
    let target = app::target(&database.settings()).expect("a database");
    let mut conn = target.connect().expect("a connection");
    let count = diesel::select(sql::<BigInt>("(SELECT count(*) FROM teams)")).get_result::<i64>(&mut conn);
    count.expect("a count").unsigned_abs()
}

fn stop_under_load(server: &mut Server, olga: &Person, pause: Duration, seen: &Seen, stops: &mut Stops) {
    let (over, was_not_ready) = (AtomicBool::new(false), AtomicBool::new(false));
    let url = server.base_url();
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (over, olga) = (&over, &*olga);
            scope.spawn(move || send_until(over, olga, client, pause, seen));
        }
        let (over, was_not_ready) = (&over, &was_not_ready);
        scope.spawn(move || watch_until(over, &url, was_not_ready, seen));
        thread::sleep(LIFE);
        server.terminate();
        let since = Instant::now();
        stops.clean += u64::from(server.ended() == Some(0));
        stops.slowest_ms =
            stops.slowest_ms.max(u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX));
        over.store(true, Ordering::Relaxed);
    });
    stops.not_ready_first += u64::from(was_not_ready.load(Ordering::Relaxed));
}

/// Writes and reads in turn, each client in its own rhythm.
fn send_until(over: &AtomicBool, olga: &Person, client: usize, pause: Duration, seen: &Seen) {
    let mut wire = Wire::to(&olga.base_url());
    let write = Request::by(olga, "POST", "teams").json(&json!({"team": {"name": format!("Team {client}")}}));
    let requests = [Request::by(olga, "GET", "users"), write];
    for request in requests.iter().cycle() {
        if over.load(Ordering::Relaxed) {
            return;
        }
        let counted = match wire.send(request) {
            Ok(answer) if matches!(answer.status, 200 | 201) => {
                seen.created.fetch_add(u64::from(answer.status == 201), Ordering::Relaxed);
                &seen.answered
            }
            Ok(answer) if answer.status == 503 => &seen.refused,
            Ok(answer) => {
                eprintln!("{answer:?}");
                &seen.others
            }
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => return,
            Err(error) => {
                eprintln!("{error}");
                &seen.aborted
            }
        };
        counted.fetch_add(1, Ordering::Relaxed);
        thread::sleep(pause);
    }
}

/// Looks at both health checks on new connections, until the port is closed.
fn watch_until(over: &AtomicBool, url: &str, was_not_ready: &AtomicBool, seen: &Seen) {
    let ask = |path: &str| -> io::Result<(u16, String)> {
        let mut stream = connect(url)?;
        let request = Request::new("GET", path).header("Connection", "close");
        io::Write::write_all(&mut stream, request.head().as_bytes())?;
        let (answer, _) = read(&mut stream, false)?;
        Ok((answer.status, answer.body))
    };
    while !over.load(Ordering::Relaxed) {
        let Ok((ready, body)) = ask("/health/ready") else { return };
        let is_secret =
            body.contains(env!("CARGO_PKG_VERSION")) || body.contains("postgres") || body.contains('/');
        seen.secrets.fetch_add(u64::from(is_secret), Ordering::Relaxed);
        // Once the server finishes requests, new connections are refused.
        if ready != 200 {
            was_not_ready.store(true, Ordering::Relaxed);
            continue;
        }
        if ask("/health/live").is_ok_and(|(live, _)| live != 200) && !was_not_ready.load(Ordering::Relaxed) {
            seen.live_failed.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[test]
fn h1_in_small() {
    hold("H1", &BOTH, |verdict| check(verdict, 2, 100));
}

#[test]
#[ignore = "takes 120 s"]
fn h1_twenty_stops() {
    announce("H1", &BOTH, |verdict| check(verdict, 20, 200));
}
