//! B6: two processes send what happens to many records, and one of them is killed again and again. Every event that was
//! answered is delivered at least once, nothing that was refused is, and the changes of a record arrive in order.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    support::{
        client,
        database::{Database, Kind},
        people::Person,
        process::{self, Server},
        receiver::{Manner, Receiver},
    },
    verdict::{self, Verdict},
};

const BOTH: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];
/// The events of one record: it is created and renamed.
const EVENTS_OF_RECORD: usize = 4;
const WRITERS: usize = 4;

#[test]
#[ignore = "takes 600 s"]
fn b6_ten_thousand_events() {
    verdict::announce("B6", &BOTH, |verdict| check(verdict, 2_500, Duration::from_secs(5)));
}

#[test]
fn b6_in_small() {
    verdict::hold("B6", &BOTH, |verdict| check(verdict, 20, Duration::from_millis(700)));
}

fn check(verdict: &mut Verdict, records: usize, life: Duration) {
    let database = Database::new(verdict.kind);
    let receiver = Receiver::open(Manner::Answer(200));
    let steady = Server::start(serving(&database, &receiver));
    let mut killed = Server::start(serving(&database, &receiver));
    let olga = Person::owner(&steady, "olga");
    // What the killed process holds is given back after seconds, and not after half a minute of attempts.
    let webhook = json!({"targetUrl": receiver.url(), "operations": ["company.*"]});
    send(&olga, Method::POST, "webhooks", &webhook).expect("a webhook");
    let done = AtomicBool::new(false);
    let (answered, kills) = thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                scope.spawn({
                    let olga = &olga;
                    move || write(olga, writer, records / WRITERS)
                })
            })
            .collect();
        let killer = scope.spawn(|| kill_repeatedly(&mut killed, life, &done));
        let answered: BTreeSet<String> =
            writers.into_iter().flat_map(|writer| writer.join().expect("a writer")).collect();
        done.store(true, Ordering::Relaxed);
        (answered, killer.join().expect("a killer"))
    });
    wait_until_settled(&olga);
    let received: Vec<Value> = receiver.received(0).iter().map(|received| received.json()).collect();
    let arrived: BTreeSet<String> =
        received.iter().filter_map(|body| body["record"]["name"].as_str().map(str::to_owned)).collect();
    verdict.exactly(
        "events_answered",
        answered.len() as u64,
        (records / WRITERS * WRITERS * EVENTS_OF_RECORD) as u64,
    );
    verdict.none("lost", answered.difference(&arrived).count() as u64);
    verdict
        .none("of_refused_writes", arrived.iter().filter(|name| name.starts_with("refused")).count() as u64);
    verdict.none("out_of_order", out_of_order(&received));
    verdict.note("repeated", (received.len() - arrived.len()) as u64);
    verdict.at_least("kills", kills, 1);
}

fn serving(database: &Database, receiver: &Receiver) -> Command {
    let mut command = process::serving(database.folder.path(), database.url().as_deref());
    command.env("ROSTER_WEBHOOK_HOSTS", receiver.host());
    command
}

fn send(person: &Person, method: Method, path: &str, body: &Value) -> Option<Value> {
    let (status, answer) = client::json(person.client.request(method, &format!("/rest/{path}")).json(body));
    matches!(status, 200 | 201)
        .then(|| answer["data"].as_object().and_then(|data| data.values().next().cloned()))
        .flatten()
}

/// Creates and renames records, and sends batches that are refused after their first record. Returns the names that were
/// answered.
fn write(olga: &Person, writer: usize, records: usize) -> Vec<String> {
    let mut answered = Vec::new();
    for record in 0..records {
        let refused = json!([{"name": format!("refused {writer}-{record}")}, {"nonsense": 1}]);
        assert!(send(olga, Method::POST, "batch/companies", &refused).is_none());
        let name = |step: usize| format!("{writer}-{record} {step}");
        let created = send(olga, Method::POST, "companies", &json!({"name": name(0)})).expect("a company");
        answered.push(name(0));
        let path = format!("companies/{}", created["id"].as_str().expect("an id"));
        for step in 1..EVENTS_OF_RECORD {
            send(olga, Method::PATCH, &path, &json!({"name": name(step)})).expect("a company");
            answered.push(name(step));
        }
    }
    answered
}

fn kill_repeatedly(server: &mut Server, life: Duration, done: &AtomicBool) -> u64 {
    let mut kills = 0;
    loop {
        thread::sleep(life);
        server.kill();
        kills += 1;
        server.start_again();
        if done.load(Ordering::Relaxed) {
            return kills;
        }
    }
}

fn wait_until_settled(olga: &Person) {
    let since = Instant::now();
    let id = olga.must(Method::GET, "webhooks", None)["webhooks"][0]["id"].clone();
    let path = format!("webhooks/{}/deliveries", id.as_str().expect("an id"));
    let is_settled = || {
        let first = olga.must(Method::GET, &path, None);
        let pages = first["meta"]["total_count"].as_u64().unwrap_or_default().div_ceil(25);
        (1..=pages).all(|page| {
            let listed = olga.must(Method::GET, &format!("{path}?page={page}"), None);
            listed["deliveries"]
                .as_array()
                .is_some_and(|all| all.iter().all(|one| one["state"] == "delivered"))
        })
    };
    while !is_settled() {
        assert!(since.elapsed() < Duration::from_mins(30), "deliveries wait");
        thread::sleep(Duration::from_millis(500));
    }
}

/// How many records had a change arrive for the first time after a later one.
fn out_of_order(received: &[Value]) -> u64 {
    let mut latest: BTreeMap<String, u64> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut out_of_order = 0;
    for body in received {
        let name = body["record"]["name"].as_str().expect("a name");
        if !seen.insert(name.to_owned()) {
            continue;
        }
        let (record, step) = name.split_once(' ').expect("a step");
        let step: u64 = step.parse().expect("a number");
        let before = latest.insert(record.to_owned(), step);
        out_of_order += u64::from(before.is_some_and(|before| before > step));
    }
    out_of_order
}
