//! B1: the server is killed at random moments while sixteen writers repeat every request that was not answered.

mod integrity;
pub mod writer;

use std::{
    collections::HashMap,
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use rand::RngExt as _;

use self::writer::{Account, Writer, Writing};
use crate::{
    census::{self, Census},
    support::{
        database::{Database, Kind},
        process::Server,
    },
    tally::Tally,
    verdict::{self, Verdict},
};

const BOTH: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];
/// Time between readiness and the kill.
const LIFE_MS: Range<u64> = 20..600;
const MAX_START_MS: u64 = 2_000;

/// State of the database after all kills.
#[derive(Debug, Default)]
pub struct Damage {
    pub lost: u64,
    pub duplicates: u64,
    unsound: u64,
    slowest_start: Duration,
}

#[test]
#[ignore = "takes 400 s"]
fn b1_two_hundred_kills() {
    verdict::announce("B1", &BOTH, |verdict| check(verdict, 200));
}

#[test]
fn b1_in_small() {
    verdict::hold("B1", &BOTH, |verdict| check(verdict, 2));
}

fn check(verdict: &mut Verdict, kills: u64) {
    let database = Database::new(verdict.kind);
    let mut server = database.serve();
    let tally = Arc::new(Tally::default());
    let writers = Writer::crew(&server, &tally);
    let done = AtomicBool::new(false);
    let writing = Writing::default();
    let damage = thread::scope(|scope| {
        for writer in &writers {
            scope.spawn(|| writer.write(&writing, &done));
        }
        let damage = kill_repeatedly(&database, &mut server, &writing, kills);
        done.store(true, Ordering::Relaxed);
        damage
    });

    verdict.none("acked_lost", damage.lost);
    verdict.none("duplicates", damage.duplicates);
    verdict.exactly("integrity_ok", kills - damage.unsound, kills);
    verdict.none("other_id_on_repeat", writing.moved.get());
    Census::take(&mut census::connect(&database)).judge(verdict);
    verdict.none("5xx", tally.failed.get());
    verdict.none("refused", writing.refused.get());
    let slowest = u64::try_from(damage.slowest_start.as_millis()).unwrap_or(u64::MAX);
    verdict.in_time("ready_ms", slowest, MAX_START_MS);
    verdict.at_least("acked", writing.acked().len() as u64, 1);
    verdict.at_least("unanswered", tally.silent.get(), kills);
    verdict.note("committed_unheard", writing.unheard.get());
    verdict.note("busy_503", tally.busy.get());
}

/// Checks after each kill that every acknowledged account exists.
fn kill_repeatedly(database: &Database, server: &mut Server, writing: &Writing, kills: u64) -> Damage {
    let conn = &mut census::connect(database);
    let mut damage = Damage::default();
    for _ in 0..kills {
        thread::sleep(Duration::from_millis(rand::rng().random_range(LIFE_MS)));
        server.kill();
        let acked = writing.acked();
        damage.slowest_start = damage.slowest_start.max(server.start_again());
        damage.look_for(&acked, &Account::stored(conn));
        damage.unsound += u64::from(!integrity::is_sound(conn, database));
    }
    damage
}

impl Damage {
    pub fn look_for(&mut self, acked: &HashMap<String, i64>, stored: &HashMap<String, Account>) {
        let is_lost = |(uid, id): &(&String, &i64)| stored.get(*uid).is_none_or(|account| account.id != **id);
        let lost = acked.iter().filter(is_lost).count();
        let duplicates = stored.values().filter(|account| account.copies != 1).count();
        self.lost = self.lost.max(lost as u64);
        self.duplicates = self.duplicates.max(duplicates as u64);
    }
}
