//! A3: for a minute, people on two servers do random things: they connect, disconnect and transfer accounts, are
//! removed, leave and join another workspace. Meanwhile a sampler looks for rows that violate a rule.

mod actor;
mod counts;
mod invites;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use self::{actor::Actor, counts::Counts};
use crate::{
    census::{self, Census},
    support::database::{Database, Kind},
    tally::Tally,
    verdict::{self, Verdict},
};

const BOTH: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];

/// Number of deadlocks that PostgreSQL broke up. Clients do not see them, but each costs a second.
const DEADLOCKS: &str = "SELECT deadlocks AS count FROM pg_stat_database WHERE datname = current_database()";

#[test]
#[ignore = "takes 130 s"]
fn a3_a_minute_of_everything() {
    verdict::announce("A3", &BOTH, |verdict| mix(verdict, Duration::from_mins(1)));
}

#[test]
fn a3_in_small() {
    verdict::hold("A3", &BOTH, |verdict| mix(verdict, Duration::from_secs(1)));
}

fn mix(verdict: &mut Verdict, length: Duration) {
    let database = Database::new(verdict.kind);
    let servers = database.serve_twice();
    let tally = Arc::new(Tally::default());
    let actors = Actor::all(&servers, &tally);
    let counts = Counts::default();
    let done = AtomicBool::new(false);
    let (worst, samples) = thread::scope(|scope| {
        for actor in &actors {
            scope.spawn(|| actor.act(&counts, &done));
        }
        let sampled = sample(&database, length);
        done.store(true, Ordering::Relaxed);
        sampled
    });

    let conn = &mut census::connect(&database);
    worst.worst(Census::take(conn)).judge(verdict);
    tally.judge(verdict);
    if verdict.kind == Kind::Postgres {
        verdict.none("deadlocks", census::count(conn, DEADLOCKS));
    }
    verdict.at_least("samples", samples, if verdict.is_long { 40 } else { 1 });
    counts.judge(verdict);
}

/// The worst census of all samples, and the number of samples.
fn sample(database: &Database, length: Duration) -> (Census, u64) {
    const PAUSE: Duration = Duration::from_millis(250);
    let conn = &mut census::connect(database);
    let (mut worst, mut samples) = (Census::default(), 0);
    let since = Instant::now();
    while since.elapsed() < length {
        thread::sleep(PAUSE);
        worst = worst.worst(Census::take(conn));
        samples += 1;
    }
    (worst, samples)
}
