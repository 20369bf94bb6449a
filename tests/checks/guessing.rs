//! D3: many guesses at one account from many networks, and what the person notices of them.

use std::{
    collections::BTreeMap,
    sync::{
        Barrier, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{
    limits::latency::Latencies,
    support::{
        database::{Database, Kind},
        people::{PASSWORD, Person},
        process::{HasAddress as _, Server},
    },
    verdict::{Verdict, announce, hold},
    wire::{self, Request, Wire},
};

const CLIENTS: usize = 200;
const NETWORKS: usize = 50;
/// The limit of one network at one account, in a minute.
const PER_NETWORK: usize = 10;
/// Between two guesses during the siege.
const GUESS_INTERVAL: Duration = Duration::from_millis(200);
/// What `Retry-After` asks for when no hashing thread is free.
const BUSY_DELAY: Duration = Duration::from_secs(1);

struct Sizes {
    /// Guesses of each client at the beginning.
    guesses: usize,
    /// How long guesses go on while the person signs in.
    siege: Duration,
    /// How often the person signs in meanwhile.
    sign_ins: usize,
}

/// The answers to guesses.
#[derive(Debug, Default)]
struct Guesses {
    /// Answered with 401, so a password was verified; by network.
    verified: BTreeMap<usize, usize>,
    refused: Latencies,
    /// 503 with `Retry-After`, as documented: no hashing thread was free. These guesses were sent again.
    busy: u64,
    others: u64,
}

fn sign_in(email: &str, password: &str, address: &str) -> Request {
    let body = json!({"user": {"email": email, "password": password}});
    Request::new("POST", "/api/v4/sessions").header("X-Forwarded-For", address).json(&body)
}

fn guess(wire: &mut Wire, email: &str, network: usize, guesses: &Mutex<Guesses>) {
    let request = sign_in(email, "a wrong password", &format!("203.0.113.{network}"));
    let outcome = loop {
        match wire.send(&request) {
            Ok(answer) if answer.status == 503 && answer.header("Retry-After").is_some() => {
                guesses.lock().expect("clients that did not panic").busy += 1;
                thread::sleep(BUSY_DELAY);
            }
            outcome => break outcome,
        }
    };
    let mut guesses = guesses.lock().expect("clients that did not panic");
    match outcome {
        Ok(answer) if answer.status == 401 => *guesses.verified.entry(network).or_default() += 1,
        Ok(answer) if answer.status == 429 && answer.header("Retry-After").is_some() => {
            guesses.refused.add(answer.took);
        }
        outcome => {
            guesses.others += 1;
            eprintln!("{outcome:?}");
        }
    }
}

/// All clients at once, several from each network.
fn burst(server: &Server, email: &str, count: usize) -> Guesses {
    let (guesses, barrier) = (Mutex::default(), Barrier::new(CLIENTS));
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (guesses, barrier) = (&guesses, &barrier);
            scope.spawn(move || {
                wire::give_way();
                let wire = &mut Wire::to(&server.base_url());
                barrier.wait();
                (0..count).for_each(|_| guess(wire, email, client % NETWORKS, guesses));
            });
        }
    });
    guesses.into_inner().expect("clients that did not panic")
}

/// The networks from which the person signs in; each may do so ten times a minute, once of it before the siege.
fn homes(sizes: &Sizes) -> Vec<String> {
    (0..sizes.sign_ins.div_ceil(PER_NETWORK / 2)).map(|home| format!("198.51.100.{home}")).collect()
}

/// Five guesses a second from other networks, while the person signs in and a session is used.
fn siege(verdict: &mut Verdict, server: &Server, olga: &Person, sizes: &Sizes) {
    let (over, guesses) = (AtomicBool::new(false), Mutex::default());
    thread::scope(|scope| {
        scope.spawn(|| {
            let wire = &mut Wire::to(&server.base_url());
            for number in 0.. {
                if over.load(Ordering::Relaxed) {
                    break;
                }
                guess(wire, &olga.email, number % NETWORKS, &guesses);
                thread::sleep(GUESS_INTERVAL);
            }
        });
        let session = scope.spawn(|| {
            let (wire, request) = (&mut Wire::to(&server.base_url()), Request::by(olga, "GET", "users"));
            let (mut used, mut failed) = (0, 0);
            while !over.load(Ordering::Relaxed) {
                let is_well = wire.send(&request).is_ok_and(|answer| answer.status == 200);
                used += 1;
                failed += u64::from(!is_well);
                thread::sleep(Duration::from_millis(10));
            }
            (used, failed)
        });
        let wire = &mut Wire::to(&server.base_url());
        let (began, mut succeeded) = (Instant::now(), 0);
        for (number, home) in (1u32..).zip(homes(sizes).iter().cycle().take(sizes.sign_ins)) {
            let answer = wire.ask(&sign_in(&olga.email, PASSWORD, home));
            succeeded += u64::from(answer.status == 200);
            let count = u32::try_from(sizes.sign_ins).expect("a small number");
            thread::sleep((sizes.siege * number / count).saturating_sub(began.elapsed()));
        }
        over.store(true, Ordering::Relaxed);
        let (used, failed) = session.join().expect("a session");
        verdict.at_least("sign_ins_percent", succeeded * 100 / sizes.sign_ins as u64, 99);
        verdict.at_least("session_uses", used, 1);
        verdict.none("session_failures", failed);
    });
    let guesses: Guesses = guesses.into_inner().expect("clients that did not panic");
    verdict.note("siege_verified", guesses.verified.values().sum::<usize>() as u64);
    verdict.note("siege_refused", guesses.refused.count());
    verdict.none("siege_other_answers", guesses.others);
}

fn guessing(verdict: &mut Verdict, sizes: &Sizes) {
    let database = Database::new(verdict.kind);
    let server = database.serve();
    let olga = Person::owner(&server, "olga");
    let wire = &mut Wire::to(&server.base_url());
    for home in homes(sizes) {
        assert_eq!(wire.ask(&sign_in(&olga.email, PASSWORD, &home)).status, 200, "{home}");
    }
    let guesses = burst(&server, &olga.email, sizes.guesses);
    let most = guesses.verified.values().max().copied().unwrap_or_default();
    verdict.exactly("verified_of_one_network", most as u64, PER_NETWORK as u64);
    verdict.exactly(
        "verified",
        guesses.verified.values().sum::<usize>() as u64,
        (NETWORKS * PER_NETWORK) as u64,
    );
    verdict.exactly(
        "refused",
        guesses.refused.count(),
        (CLIENTS * sizes.guesses - NETWORKS * PER_NETWORK) as u64,
    );
    verdict.in_time("refusal_p50_ms", guesses.refused.percentile(50), 100);
    verdict.in_time("refusal_p99_ms", guesses.refused.percentile(99), 100);
    verdict.note("busy_503", guesses.busy);
    verdict.none("other_answers", guesses.others);
    siege(verdict, &server, &olga, sizes);
}

#[test]
fn guesses_do_not_lock_a_person_out() {
    let few = Sizes { guesses: 3, siege: Duration::from_secs(2), sign_ins: 20 };
    hold("D3", &[Kind::Sqlite, Kind::Postgres], |verdict| guessing(verdict, &few));
}

#[test]
#[ignore = "takes 150 s"]
fn d3() {
    let many = Sizes { guesses: 10, siege: Duration::from_mins(1), sign_ins: 200 };
    announce("D3", &Kind::available(), |verdict| guessing(verdict, &many));
}
