//! G1, G2, T1 and T2: how other clients are affected by many sign-ins at once, by clients that never complete a request,
//! by hostile bodies, and by clients that read no answer.

mod flood;
pub mod latency;
mod pipelined;
pub mod rush;
mod trickle;
mod unread;

use std::{
    thread,
    time::{Duration, Instant},
};

use roster::crypto::api_key::KeyText;

use self::{
    latency::Latencies,
    rush::{Rush, observe},
    trickle::{Fate, Manner, Trickle},
};
use crate::{
    support::{
        database::{Database, Kind},
        people::Person,
        process::{HasAddress as _, Server},
    },
    verdict::{Verdict, announce, hold},
    wire::Request,
};

/// Password hashing as costly as the defaults, and no throttle before it.
const COSTLY: [(&str, &str); 5] = [
    ("ROSTER_ARGON2_MEMORY_KIB", "19456"),
    ("ROSTER_ARGON2_PASSES", "2"),
    ("ROSTER_SIGN_IN_PER_ACCOUNT", "1000000"),
    ("ROSTER_SIGN_IN_PER_ACCOUNT_IN_ALL", "1000000"),
    ("ROSTER_SIGN_IN_PER_ADDRESS", "1000000"),
];

fn rush(verdict: &mut Verdict, clients: usize, span: Duration) {
    let database = Database::new(verdict.kind);
    let server = Server::start({
        let mut command = database.serving();
        command.envs(COSTLY);
        command
    });
    let olga = Person::owner(&server, "olga");
    let rush = Rush::new(&server, clients);
    let idle = observe(&olga, span / 3, || ());
    let memory = server.memory();
    let mut most_memory = memory;
    let busy = rush.during(|| observe(&olga, span, || most_memory = most_memory.max(server.memory())));
    let logins = rush.outcome();
    verdict.note("refused", logins.refused.count());
    verdict.none("other_answers", logins.others + idle.failed + busy.failed);
    verdict.at_least("logins", logins.succeeded, 1);
    verdict.in_time("memory_grown_mb", most_memory.saturating_sub(memory) / 1024, 150);
    verdict.in_time("live_p99_ms", busy.live.percentile(99), 50);
    verdict.note("idle_get_p99_ms", idle.get.percentile(99));
    verdict.in_time("get_p99_ms", busy.get.percentile(99), 2 * idle.get.percentile(99));
    verdict.in_time("refusal_most_ms", logins.refused.percentile(100), 500);
}

/// How long a connection may stay open beyond its timeout.
const PATIENCE: Duration = Duration::from_secs(20);

/// Who sends large bodies.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sender {
    /// With a well-formed key that does not exist.
    Stranger,
    /// In the workspace.
    Known,
    /// In the workspace, with bodies that are accepted.
    Honest,
}

fn flood(verdict: &mut Verdict, sender: Sender, span: Duration) {
    let database = Database::new(verdict.kind);
    let server = Server::start({
        let mut command = database.serving();
        command.env("ROSTER_SIGN_IN_PER_ADDRESS", "1000000");
        command
    });
    let olga = Person::owner(&server, "olga");
    let stranger = KeyText::generate(1);
    let requests = match sender {
        Sender::Stranger => flood::hostile(Some(stranger.expose())),
        Sender::Known => flood::hostile(olga.client.token()),
        Sender::Honest => flood::acceptable(olga.client.token()),
    };
    let memory = server.memory();
    let mut most_memory = memory;
    let (seen, answers) = flood::during(&server.base_url(), &requests, 8, || {
        observe(&olga, span, || most_memory = most_memory.max(server.memory()))
    });
    let (accepted, refused) = (answers.accepted.into_inner(), answers.refused.into_inner());
    if sender == Sender::Honest {
        verdict.at_least("accepted", accepted, 1);
        verdict.note("refused", refused);
    } else {
        verdict.at_least("refused", refused, 1);
        verdict.none("accepted", accepted);
    }
    let most_grown = if sender == Sender::Honest { 150 } else { 60 };
    verdict.none("other_answers", answers.others.into_inner() + seen.failed);
    verdict.in_time("memory_grown_mb", most_memory.saturating_sub(memory) / 1024, most_grown);
    verdict.in_time("live_p99_ms", seen.live.percentile(99), 50);
}

struct Audience {
    /// Connections that ask for an answer of so many megabytes.
    large: usize,
    megabytes: usize,
    /// Connections that ask for small answers again and again.
    small: usize,
}

/// Clients that ask and read nothing.
fn unread(verdict: &mut Verdict, audience: &Audience, timeout: Duration) {
    let database = Database::new(verdict.kind);
    let server = Server::start({
        let mut command = database.serving();
        command.env("ROSTER_ANSWER_TIMEOUT", timeout.as_secs().to_string());
        command
    });
    let olga = Person::owner(&server, "olga");
    let address = server.base_url();
    let request = unread::large_answer(&olga, audience.megabytes);
    unread::warm_up(&address);
    let memory = server.memory();
    let mut most_memory = memory;
    let mut large = unread::ask_for_much(&address, &request, audience.large);
    let small = unread::ask_for_little(&address, audience.small);
    let seen = observe(&olga, timeout, || most_memory = most_memory.max(server.memory()));
    let since = Instant::now();
    while !large.is_empty() && since.elapsed() < timeout + PATIENCE {
        large.retain(|stream| !unread::is_over(stream));
        thread::sleep(Duration::from_millis(100));
    }
    verdict.none("large_kept", large.len() as u64);
    drop((large, small));
    settle(&server, 0);
    let megabytes = |memory_now: u64| memory_now.saturating_sub(memory) / 1024;
    verdict.at_least("healthy", seen.live.count(), 1);
    verdict.in_time("healthy_failed", seen.failed, 0);
    verdict.in_time("memory_grown_mb", megabytes(most_memory), 200);
    verdict.in_time("memory_left_mb", megabytes(server.memory()), 40);
    verdict.in_time("live_p99_ms", seen.live.percentile(99), 50);
}

struct Crowd {
    slow_heads: usize,
    slow_bodies: usize,
    idle: usize,
}

fn crowd(verdict: &mut Verdict, crowd: &Crowd, span: Duration) {
    let database = Database::new(verdict.kind);
    let server = database.serve();
    let address = server.base_url();
    let olga = Person::owner(&server, "olga");
    let (healthy, fates) = thread::scope(|scope| {
        // Everything that is opened once and kept, such as a connection to the database for each reader, must be open
        // before the files are counted.
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| observe(&olga, Duration::from_millis(500), || ()));
            }
        });
        settle(&server, 0);
        let baseline = server.open_files();
        let drip = scope.spawn(|| {
            let mut trickles = open(&address, &olga, crowd);
            trickle::drip(&mut trickles, span);
            trickles.into_iter().map(Trickle::fate).collect::<Vec<_>>()
        });
        let mut healthy = Vec::new();
        while !drip.is_finished() {
            healthy.push(observe(&olga, Duration::from_secs(1), || ()));
        }
        let fates = drip.join().expect("a crowd");
        let left = settle(&server, baseline);
        verdict.none("files_left_open", left.saturating_sub(baseline) as u64);
        (healthy, fates)
    });
    let mut all = Latencies::default();
    for seen in &healthy {
        all.extend(&seen.live);
        all.extend(&seen.get);
    }
    let failed: u64 = healthy.iter().map(|seen| seen.failed).sum();
    let slowest = |manner| Fate::slowest(&fates, manner);
    verdict.note("healthy_requests", all.count());
    verdict.none("healthy_failed", failed);
    verdict.in_time("healthy_p99_ms", all.percentile(99), 200);
    verdict.exactly("heads_closed", Fate::closed(&fates, Manner::SlowHead), crowd.slow_heads as u64);
    verdict.in_time("head_closed_ms", slowest(Manner::SlowHead), 6_000);
    if verdict.is_long {
        verdict.exactly("bodies_closed", Fate::closed(&fates, Manner::SlowBody), crowd.slow_bodies as u64);
        verdict.in_time("body_closed_ms", slowest(Manner::SlowBody), 15_000);
    }
}

fn open(address: &str, olga: &Person, crowd: &Crowd) -> Vec<Trickle> {
    let signed_in = Request::new("POST", "/api/v4/twitter_accounts").token(olga.client.token());
    let bodies = [
        Request::new("POST", "/api/v4/sessions"),
        signed_in,
        Request::new("GET", "/api/v4/users"),
        Request::new("DELETE", "/nothing/here"),
    ];
    let body =
        |number: usize| bodies[number % bodies.len()].clone().header("Content-Type", "application/json");
    let mut trickles = Vec::new();
    trickles.extend((0..crowd.slow_heads).map(|_| Trickle::of_head(address)));
    trickles.extend((0..crowd.slow_bodies).map(|number| Trickle::of_body(address, body(number))));
    trickles.extend((0..crowd.idle).map(|number| Trickle::idle(address, number % 2 == 0)));
    trickles
}

/// Waits up to ten seconds until at most this many files are open; returns their number.
fn settle(server: &Server, files: usize) -> usize {
    let since = Instant::now();
    let mut open = server.open_files();
    while open > files && since.elapsed() < Duration::from_secs(if files == 0 { 1 } else { 10 }) {
        // Open files of another process can only be polled.
        thread::sleep(Duration::from_millis(100));
        open = server.open_files();
    }
    open
}

#[test]
fn answers_others_during_a_rush_of_logins() {
    hold("G1", &[Kind::Sqlite], |verdict| rush(verdict, 16, Duration::from_secs(2)));
}

#[test]
fn large_bodies_cost_little_memory() {
    for sender in [Sender::Stranger, Sender::Known, Sender::Honest] {
        hold("T1", &[Kind::Sqlite], |verdict| flood(verdict, sender, Duration::from_secs(2)));
    }
}

#[test]
fn answers_nobody_reads_are_not_kept() {
    let few = Audience { large: 14, megabytes: 1, small: 20 };
    hold("T2", &[Kind::Sqlite], |verdict| unread(verdict, &few, Duration::from_secs(1)));
}

#[test]
fn requests_behind_one_that_waits_take_little_memory() {
    hold("T2", &Kind::available(), pipelined::behind_a_wait);
}

#[test]
fn ends_heads_that_never_end() {
    let few = Crowd { slow_heads: 20, slow_bodies: 20, idle: 10 };
    hold("G2", &[Kind::Sqlite], |verdict| crowd(verdict, &few, Duration::from_secs(7)));
}

#[test]
#[ignore = "takes 90 s"]
fn g1() {
    announce("G1", &Kind::available(), |verdict| rush(verdict, 64, Duration::from_secs(30)));
}

#[test]
#[ignore = "takes 70 s"]
fn t1_strangers() {
    announce("T1", &Kind::available(), |verdict| flood(verdict, Sender::Stranger, Duration::from_secs(30)));
}

#[test]
#[ignore = "takes 70 s"]
fn t1_known() {
    announce("T1", &Kind::available(), |verdict| flood(verdict, Sender::Known, Duration::from_secs(30)));
}

#[test]
#[ignore = "takes 70 s"]
fn t1_accepted() {
    announce("T1", &Kind::available(), |verdict| flood(verdict, Sender::Honest, Duration::from_secs(30)));
}

#[test]
#[ignore = "takes 120 s"]
fn t2() {
    let many = Audience { large: 14, megabytes: 40, small: 200 };
    announce("T2", &Kind::available(), |verdict| unread(verdict, &many, Duration::from_secs(30)));
}

#[test]
#[ignore = "takes 150 s"]
fn g2() {
    let many = Crowd { slow_heads: 1_000, slow_bodies: 1_000, idle: 500 };
    announce("G2", &Kind::available(), |verdict| crowd(verdict, &many, Duration::from_mins(1)));
}
