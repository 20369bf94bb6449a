//! B3 and B5: another program holds the locks that requests need. Those that wait get an answer in time, and the
//! service recovers as soon as the locks are released.

use std::{
    collections::BTreeMap,
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

use diesel::{RunQueryDsl as _, sql_query};
use serde_json::json;

use crate::{
    census::{self, count},
    limits::{latency::Latencies, rush::observe},
    support::{
        database::{Database, Kind},
        people::Person,
        postgres::Postgres,
        process::HasAddress as _,
    },
    verdict::{Verdict, announce, hold},
    wire::{Request, Wire},
};

/// The service's default, and one request that tries while the others wait.
const CONNECTIONS: usize = 10 + 1;
/// Longer than requests wait for a connection, shorter than PostgreSQL lets a transaction be idle.
const HELD_FOR: Duration = Duration::from_secs(6);
/// By then the lock is held.
const BEFORE_WAVE: Duration = Duration::from_millis(200);

/// Statuses and latencies of requests that were sent at the same moment.
#[derive(Default)]
struct Wave {
    statuses: BTreeMap<u16, u64>,
    latencies: Vec<Duration>,
}

impl Wave {
    /// Sends a request for each client on connections that are already open.
    fn send(olga: &Person, clients: usize, request: impl Fn(usize) -> Request + Sync) -> Self {
        let (base_url, start) = (olga.base_url(), Barrier::new(clients));
        let send = |client: usize| {
            let wire = &mut Wire::to(&base_url);
            wire.ask(&Request::new("GET", "/health/live"));
            start.wait();
            wire.ask(&request(client))
        };
        let mut wave = Self::default();
        thread::scope(|scope| {
            let send = &send;
            let requests: Vec<_> = (0..clients).map(|client| scope.spawn(move || send(client))).collect();
            for answer in requests.into_iter().map(|request| request.join().expect("an answer")) {
                *wave.statuses.entry(answer.status).or_default() += 1;
                wave.latencies.push(answer.took);
            }
        });
        wave.latencies.sort_unstable();
        wave
    }

    fn other_than(&self, statuses: &[u16]) -> u64 {
        self.statuses.iter().filter(|(status, _)| !statuses.contains(status)).map(|(_, count)| count).sum()
    }

    /// In milliseconds, without the slowest ones, as many as are given.
    fn most_but(&self, slowest: usize) -> u64 {
        let place = self.latencies.len().saturating_sub(slowest + 1);
        u64::try_from(self.latencies[place].as_millis()).unwrap_or(u64::MAX)
    }
}

/// Runs `work` while another connection holds the lock.
pub fn while_locked<T>(
    database: &Database,
    lock: &[&str],
    held_for: Duration,
    work: impl FnOnce() -> T,
) -> T {
    let holder = &mut census::connect(database);
    for statement in lock {
        sql_query(*statement).execute(holder).expect(statement);
    }
    let since = Instant::now();
    let outcome = work();
    thread::sleep(held_for.saturating_sub(since.elapsed()));
    sql_query("COMMIT").execute(holder).expect("an end");
    outcome
}

fn rename(olga: &Person, client: usize) -> Request {
    Request::by(olga, "PUT", "workspaces")
        .json(&json!({ "workspace": { "name": format!("Northside {client}") } }))
}

fn create(olga: &Person, client: usize) -> Request {
    let token = olga.client.token();
    Request::new("POST", "/rest/people").token(token).json(&json!({ "jobTitle": format!("Coach {client}") }))
}

/// Another process has SQLite's lock for three seconds, and then for longer than anybody waits.
fn locked_file(verdict: &mut Verdict, long_hold: Option<Duration>) {
    let database = Database::new(Kind::Sqlite);
    let server = database.serve();
    let olga = Person::owner(&server, "olga");
    let lock = ["BEGIN IMMEDIATE"];
    for (name, request) in
        [("rename_errors", rename as fn(&Person, usize) -> Request), ("create_errors", create)]
    {
        let held_for = Duration::from_secs(3);
        let wave = thread::scope(|scope| {
            let holding = scope.spawn(|| while_locked(&database, &lock, held_for, || ()));
            thread::sleep(BEFORE_WAVE);
            let wave = Wave::send(&olga, 7, |client| request(&olga, client));
            holding.join().expect("a holder");
            wave
        });
        verdict.none(name, wave.other_than(&[200, 201]));
    }
    let Some(held_for) = long_hold else { return };
    let (reads, waves) = while_locked(&database, &lock, held_for, || {
        thread::scope(|scope| {
            let reads = scope.spawn(|| observe(&olga, held_for, || ()));
            let waves =
                [rename, create].map(|request| Wave::send(&olga, 20, |client| request(&olga, client)));
            (reads.join().expect("a reader"), waves)
        })
    });
    verdict.none("not_503", waves.iter().map(|wave| wave.other_than(&[503])).sum());
    for (name, wave) in ["rename_most_ms", "create_most_ms"].into_iter().zip(&waves) {
        verdict.in_time(name, wave.most_but(0), 6_000);
    }
    verdict.none("reads_failed", reads.failed);
    verdict.in_time("read_p99_ms", reads.get.percentile(99), 50);
}

/// Another connection has locks that every request waits for. Requests with a connection may go on after that.
fn locked_table(verdict: &mut Verdict, clients: usize) {
    let database = Database::new(Kind::Postgres);
    let server = database.serve();
    let olga = Person::owner(&server, "olga");
    let lock = ["BEGIN", "LOCK TABLE workspaces, users, sessions IN ACCESS EXCLUSIVE MODE"];
    let (mut live, mut recovered) = (Latencies::default(), Duration::ZERO);
    let mut waves = Vec::new();
    for request in [rename, create] {
        thread::scope(|scope| {
            let (olga, database) = (&olga, &database);
            let holding = scope.spawn(move || while_locked(database, &lock, HELD_FOR, || ()));
            thread::sleep(BEFORE_WAVE);
            let wave = scope.spawn(move || Wave::send(olga, clients, |client| request(olga, client)));
            let wire = &mut Wire::to(&olga.base_url());
            while !holding.is_finished() {
                live.add(wire.ask(&Request::new("GET", "/health/live")).took);
                thread::sleep(Duration::from_millis(10));
            }
            let released = Instant::now();
            while wire.ask(&Request::by(olga, "GET", "users")).status != 200 {
                thread::sleep(Duration::from_millis(10));
            }
            recovered = recovered.max(released.elapsed());
            waves.push(wave.join().expect("a wave"));
        });
    }
    let excess = waves.iter().map(|wave| wave.other_than(&[503]).saturating_sub(CONNECTIONS as u64)).sum();
    verdict.none("excess_not_503", excess);
    verdict.none("other_answers", waves.iter().map(|wave| wave.other_than(&[200, 201, 503])).sum());
    let most = waves.iter().map(|wave| wave.most_but(CONNECTIONS)).max().unwrap_or(0);
    verdict.in_time("excess_most_ms", most, 2_500);
    verdict.in_time("live_p99_ms", live.percentile(99), 50);
    verdict.in_time("recovered_after_ms", u64::try_from(recovered.as_millis()).unwrap_or(u64::MAX), 1_000);
    let in_transaction = "SELECT count(*) AS count FROM pg_stat_activity \
         WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
    verdict.none("connections_in_transaction", count(&mut census::connect(&database), in_transaction));
}

#[test]
fn b3_a_locked_file_is_waited_for() {
    hold("B3", &[Kind::Sqlite], |verdict| locked_file(verdict, None));
}

#[test]
fn b5_a_locked_table_holds_nobody_for_long() {
    if Postgres::for_this_test().is_some() {
        hold("B5", &[Kind::Postgres], |verdict| locked_table(verdict, 30));
    }
}

#[test]
#[ignore = "takes 40 s"]
fn b3_long() {
    announce("B3", &[Kind::Sqlite], |verdict| locked_file(verdict, Some(Duration::from_secs(30))));
}

#[test]
#[ignore = "takes 15 s"]
fn b5_long() {
    announce("B5", &[Kind::Postgres], |verdict| locked_table(verdict, 200));
}
