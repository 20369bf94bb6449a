//! G5: a workspace that filters slowly, is locked, or imports does not delay the others.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    limits::{latency::Latencies, rush::observe},
    locks::while_locked,
    support::{
        database::{Database, Kind},
        people::Person,
        postgres::Postgres,
        process::{HasAddress as _, Server},
    },
    verdict::{Verdict, announce, hold},
    wire::{Request, Wire},
};

const BOTH: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];
const FILTERS: usize = 12;
const CLIENTS_OF_LOCKED: usize = 30;
const IMPORTERS: u32 = 20;
/// How long an import waits. A debug build may need longer for those of all clients, one after another.
const QUEUE_TIMEOUT: Duration = Duration::from_secs(30);
/// Of one filter; more, or longer ones, are refused.
const PATTERNS: usize = 10;
const PATTERN_WORDS: usize = 7;
const TITLE_WORDS: usize = 700;
/// Others are not delayed by so much, in milliseconds.
const MAX_DELAY: u64 = 250;

struct Sizes {
    /// Records to filter. With more, PostgreSQL ends the statements.
    records: usize,
    /// How long the others are observed.
    span: Duration,
    /// How long a workspace is locked.
    locked: Duration,
    batch: usize,
}

const SMALL: Sizes =
    Sizes { records: 150, span: Duration::from_secs(3), locked: Duration::from_secs(4), batch: 300 };

const LONG: Sizes =
    Sizes { records: 600, span: Duration::from_secs(20), locked: Duration::from_secs(10), batch: 1_000 };

impl Sizes {
    fn of(verdict: &Verdict) -> &'static Self {
        if verdict.is_long { &LONG } else { &SMALL }
    }
}

/// How many answers the busy workspace got, by kind.
#[derive(Default)]
struct Answers {
    done: AtomicU64,
    /// 503, or too late for the client.
    unavailable: AtomicU64,
    other: AtomicU64,
}

/// A server with the person who keeps it busy and another person, in another workspace.
struct Neighbours {
    _server: Server,
    database: Database,
    busy: Person,
    other: Person,
}

impl Neighbours {
    fn new(kind: Kind) -> Self {
        let database = Database::new(kind);
        let server = database.serve();
        let (busy, other) = (Person::owner(&server, "busy"), Person::owner(&server, "other"));
        Self { _server: server, database, busy, other }
    }

    /// Clients of the busy workspace send this again and again, and get this status if it succeeds.
    fn while_busy<T>(
        &self,
        clients: usize,
        status: u16,
        request: impl Fn(usize) -> Request + Sync,
        work: impl FnOnce() -> T,
    ) -> (T, Answers) {
        let (over, answers) = (AtomicBool::new(false), Answers::default());
        let send = |client: usize| {
            let (wire, request) = (&mut Wire::to(&self.busy.base_url()), request(client));
            while !over.load(Ordering::Relaxed) {
                let count = match wire.send(&request).map(|answer| answer.status) {
                    Ok(done) if done == status => &answers.done,
                    Ok(503) | Err(_) => &answers.unavailable,
                    Ok(_) => &answers.other,
                };
                count.fetch_add(1, Ordering::Relaxed);
            }
        };
        let outcome = thread::scope(|scope| {
            let send = &send;
            for client in 0..clients {
                scope.spawn(move || send(client));
            }
            let outcome = work();
            over.store(true, Ordering::Relaxed);
            outcome
        });
        (outcome, answers)
    }
}

fn batch(person: &Person, records: usize, words: usize) -> Request {
    let title = |number: usize| format!("{number} {}", "coach ".repeat(words));
    let records: Vec<Value> = (0..records).map(|number| json!({"jobTitle": title(number)})).collect();
    Request::new("POST", "/rest/batch/people").token(person.client.token()).json(&json!(records))
}

/// Nothing matches, but each pattern fits for a while at each word.
fn slow_filter(person: &Person) -> Request {
    let words = "coach%20".repeat(PATTERN_WORDS);
    let conditions: Vec<_> =
        (0..PATTERNS).map(|number| format!("jobTitle[ilike]:%22%25{words}x{number}%25%22")).collect();
    let path = format!("/rest/people?limit=1&filter=or({})", conditions.join(","));
    Request::new("GET", &path).token(person.client.token())
}

impl Answers {
    /// Work was done, and the workspace that has the database for itself was refused nothing.
    fn expect(self, verdict: &mut Verdict, done: u64) {
        verdict.at_least("done", self.done.into_inner(), done);
        verdict.none("refused", self.unavailable.into_inner());
        verdict.none("other_answers", self.other.into_inner());
    }
}

/// Without turns, others would wait for several of the filters.
fn filters(verdict: &mut Verdict) {
    let sizes = Sizes::of(verdict);
    let neighbours = Neighbours::new(verdict.kind);
    let wire = &mut Wire::to(&neighbours.busy.base_url());
    assert_eq!(wire.ask(&batch(&neighbours.busy, sizes.records, TITLE_WORDS)).status, 201);
    let request = slow_filter(&neighbours.busy);
    let alone = wire.ask(&request).took;
    let idle = observe(&neighbours.other, sizes.span / 4, || ()).get.percentile(99);
    let observed = || observe(&neighbours.other, sizes.span, || ());
    let (seen, answers) = neighbours.while_busy(FILTERS, 200, |_| request.clone(), observed);
    verdict.note("filter_ms", millis(alone));
    verdict.note("idle_p99_ms", idle);
    answers.expect(verdict, FILTERS as u64);
    verdict.none("failed", seen.failed);
    verdict.at_least("answers_beside_filters", seen.get.count(), 10);
    let most = match verdict.kind {
        Kind::Sqlite => MAX_DELAY,
        Kind::Postgres => 50.max(5 * idle),
    };
    verdict.in_time("beside_filters_p99_ms", seen.get.percentile(99), most);
}

/// Without turns, others would wait until the requests for the locked workspace give up, after two seconds.
fn locked(verdict: &mut Verdict) {
    let sizes = Sizes::of(verdict);
    let neighbours = Neighbours::new(verdict.kind);
    let Neighbours { busy, other, .. } = &neighbours;
    let row = format!("SELECT 1 FROM workspaces WHERE id = {} FOR UPDATE", busy.workspace_id);
    let lock = ["SET idle_in_transaction_session_timeout = 0", "BEGIN", &row];
    let rename = |client: usize| {
        Request::by(busy, "PUT", "workspaces").json(&json!({"workspace": {"name": format!("Busy {client}")}}))
    };
    let requests = [
        Request::by(other, "GET", "users"),
        Request::by(other, "PUT", "workspaces").json(&json!({"workspace": {"name": "Other"}})),
        Request::new("POST", "/rest/people").token(other.client.token()).json(&json!({"jobTitle": "Coach"})),
        Request::new("GET", "/health/ready"),
    ];
    let observed = || {
        let (wire, since) = (&mut Wire::to(&other.base_url()), Instant::now());
        let (mut latencies, mut failed) = (Latencies::default(), 0);
        while since.elapsed() < sizes.locked {
            for request in &requests {
                let answer = wire.ask(request);
                failed += u64::from(answer.status >= 300);
                latencies.add(answer.took);
            }
            thread::sleep(Duration::from_millis(20));
        }
        (latencies, failed)
    };
    let ((latencies, failed), answers) = while_locked(&neighbours.database, &lock, sizes.locked, || {
        neighbours.while_busy(CLIENTS_OF_LOCKED, 200, rename, observed)
    });
    verdict.at_least("refused", answers.unavailable.load(Ordering::Relaxed), 1);
    verdict.none("other_answers", answers.other.into_inner());
    verdict.none("failed", failed);
    verdict.at_least("answers_beside_lock", latencies.count(), 10);
    verdict.in_time("beside_lock_p99_ms", latencies.percentile(99), MAX_DELAY);
}

/// Without turns, others would wait for several of the batches.
fn imports(verdict: &mut Verdict) {
    let sizes = Sizes::of(verdict);
    let neighbours = Neighbours::new(verdict.kind);
    let request = batch(&neighbours.busy, sizes.batch, 1);
    let observed = || observe(&neighbours.other, sizes.span, || ());
    let alone = Wire::to(&neighbours.busy.base_url()).ask(&request).took;
    let (seen, answers) = neighbours.while_busy(IMPORTERS as usize, 201, |_| request.clone(), observed);
    verdict.note("batch_ms", millis(alone));
    if alone * 2 * IMPORTERS <= QUEUE_TIMEOUT {
        answers.expect(verdict, IMPORTERS.into());
    } else {
        verdict.at_least("done", answers.done.into_inner(), 2);
        verdict.note("refused", answers.unavailable.into_inner());
        verdict.none("other_answers", answers.other.into_inner());
    }
    verdict.none("failed", seen.failed);
    verdict.at_least("answers_beside_imports", seen.get.count(), 10);
    verdict.in_time("beside_imports_p99_ms", seen.get.percentile(99), MAX_DELAY);
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[test]
fn g5_slow_filters_delay_nobody_else() {
    hold("G5", &BOTH, filters);
}

#[test]
fn g5_a_locked_workspace_delays_nobody_else() {
    if Postgres::for_this_test().is_some() {
        hold("G5", &[Kind::Postgres], locked);
    }
}

#[test]
fn g5_imports_delay_nobody_else() {
    hold("G5", &BOTH, imports);
}

#[test]
#[ignore = "takes 150 s"]
fn g5_long() {
    announce("G5", &BOTH, |verdict| {
        filters(verdict);
        imports(verdict);
        if verdict.kind == Kind::Postgres {
            locked(verdict);
        }
    });
}
