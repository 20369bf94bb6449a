//! B4: PostgreSQL crashes and freezes while sixteen writers write. Nothing that was acknowledged is lost, the service
//! answers 503 meanwhile, and works as fast as before soon afterwards, without a restart of its own.

mod pace;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use roster::db::Target;

use self::pace::Pace;
use crate::{
    kills::{
        Damage,
        writer::{Account, Writer, Writing},
    },
    support::{
        database::Kind,
        postgres::Postgres,
        process::{self, Server},
    },
    tally::Tally,
    verdict::{self, Verdict},
};

const DATABASE: &str = "roster";
/// Less than the service can do, so that the pace depends on the outages alone.
const PAUSE: Duration = Duration::from_millis(250);
const MAX_RECOVERY: Duration = Duration::from_secs(5);

struct Outages {
    restarts: usize,
    freezes: usize,
    frozen_for: Duration,
    /// For how long the pace is measured before each outage.
    steady_for: Duration,
    /// Nobody waits longer for the former pace.
    patience: Duration,
}

#[test]
#[ignore = "takes 240 s"]
fn b4_twenty_restarts_and_five_stalls() {
    let outages = Outages {
        restarts: 20,
        freezes: 5,
        frozen_for: Duration::from_secs(15),
        steady_for: Duration::from_secs(3),
        patience: Duration::from_secs(30),
    };
    verdict::announce("B4", &[Kind::Postgres], |verdict| check(verdict, &outages));
}

#[test]
fn b4_in_small() {
    let outages = Outages {
        restarts: 1,
        freezes: 1,
        frozen_for: Duration::from_secs(1),
        steady_for: Duration::from_millis(500),
        patience: Duration::from_secs(2),
    };
    if Postgres::for_this_test().is_some() {
        verdict::hold("B4", &[Kind::Postgres], |verdict| check(verdict, &outages));
    }
}

/// On a PostgreSQL of its own, because other tests use the shared one.
fn check(verdict: &mut Verdict, outages: &Outages) {
    let mut postgres = Postgres::separate().expect("PostgreSQL is installed");
    postgres.create(DATABASE);
    let (folder, url) = (tempfile::tempdir().expect("a folder"), postgres.url(DATABASE));
    let mut command = process::serving(folder.path(), Some(&url));
    // Otherwise it reports every connection that fails.
    command.env("ROSTER_LOG", "off");
    let mut server = Server::start(command);
    let tally = Arc::new(Tally::default());
    let writers = Writer::crew(&server, &tally);
    let done = AtomicBool::new(false);
    let writing = Writing::with_pause(PAUSE);
    let slowest = thread::scope(|scope| {
        for writer in &writers {
            scope.spawn(|| writer.write(&writing, &done));
        }
        let slowest = cause(outages, &mut postgres, &writing);
        done.store(true, Ordering::Relaxed);
        slowest
    });

    let stored = Account::stored(&mut Target::Postgres(url).connect().expect("a connection"));
    let mut damage = Damage::default();
    damage.look_for(&writing.acked(), &stored);
    server.terminate();
    verdict.none("acked_lost", damage.lost);
    verdict.none("duplicates", damage.duplicates);
    verdict.none("other_id_on_repeat", writing.moved.get());
    verdict.none("5xx", tally.failed.get());
    verdict.none("refused", writing.refused.get());
    verdict.none("unanswered", tally.silent.get());
    verdict.exactly("ended_only_when_asked", u64::from(server.ended() == Some(0)), 1);
    verdict.in_time("slowest_recovery_ms", millis(slowest), millis(MAX_RECOVERY));
    verdict.at_least("acked", writing.count() as u64, 1);
    verdict.at_least("busy_503", tally.busy.get(), u64::from(verdict.is_long));
    verdict.note("committed_unheard", writing.unheard.get());
}

/// Returns the longest time from the end of an outage until the service wrote as fast as before.
fn cause(outages: &Outages, postgres: &mut Postgres, writing: &Writing) -> Duration {
    let mut slowest = Duration::ZERO;
    for number in 0..outages.restarts + outages.freezes {
        let before = Pace::measure(writing, outages.steady_for);
        if number < outages.restarts {
            postgres.restart();
        } else {
            let frozen = postgres.freeze();
            thread::sleep(outages.frozen_for);
            drop(frozen);
        }
        let since = Instant::now();
        before.wait_until_reached(writing, outages.patience);
        slowest = slowest.max(since.elapsed());
    }
    slowest
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
