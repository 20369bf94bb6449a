//! B7: two processes send what happens to many records, and one of them is killed again and again, while other receivers
//! hang, fail and are gone. Every event that was answered is delivered at least once to the receiver that answers, nothing
//! that was refused is, and the changes of a record arrive in order.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
    thread::{self, ScopedJoinHandle},
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
        receiver::{Manner, Received, Receiver},
    },
    verdict::{self, Verdict},
};

const BOTH: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];
/// The events of one record: it is created and renamed.
const EVENTS_OF_RECORD: usize = 4;
const WRITERS: usize = 4;
/// A lease of a killed process ends after 20 seconds.
const DELIVERY_TIMEOUT: Duration = Duration::from_mins(1);

#[test]
#[ignore = "takes 600 s"]
fn b7_ten_thousand_events() {
    verdict::announce("B7", &BOTH, |verdict| check(verdict, 2_500, Duration::from_secs(5)));
}

#[test]
fn b7_in_small() {
    verdict::hold("B7", &BOTH, |verdict| check(verdict, 20, Duration::from_millis(700)));
}

/// One that answers, and those that must not delay it.
struct Receivers {
    good: Receiver,
    hanging: Receiver,
    failing: Receiver,
    gone: Receiver,
}

fn check(verdict: &mut Verdict, records: usize, life: Duration) {
    let database = Database::new(verdict.kind);
    let receivers = Receivers::open();
    let steady = Server::start(receivers.serving(&database));
    let mut killed = Server::start(receivers.serving(&database));
    let olga = Person::owner(&steady, "olga");
    for receiver in receivers.all() {
        let webhook = json!({"targetUrl": receiver.url(), "operations": ["company.*"]});
        send(&olga, Method::POST, "webhooks", &webhook).expect("a webhook");
    }
    let done = AtomicBool::new(false);
    let (answered, kills) = thread::scope(|scope| {
        let olga = &olga;
        let writers: Vec<_> =
            (0..WRITERS).map(|writer| scope.spawn(move || write(olga, writer, records / WRITERS))).collect();
        let kills = scope.spawn(|| kill_repeatedly(&mut killed, life, &done));
        let ended: Vec<_> = writers.into_iter().map(ScopedJoinHandle::join).collect();
        done.store(true, Ordering::Relaxed);
        let answered: BTreeSet<String> =
            ended.into_iter().flat_map(|names| names.expect("a writer")).collect();
        (answered, kills.join().expect("kills"))
    });
    let received = wait_until_received(&receivers.good, &answered);
    let arrived: BTreeSet<&str> = received.iter().map(|(name, _)| name.as_str()).collect();
    let refused = arrived.iter().filter(|name| name.starts_with("refused"));
    let events = records / WRITERS * WRITERS * EVENTS_OF_RECORD;
    verdict.exactly("events_answered", answered.len() as u64, events as u64);
    verdict.none("lost", answered.iter().filter(|name| !arrived.contains(name.as_str())).count() as u64);
    verdict.none("of_refused_writes", refused.count() as u64);
    verdict.none("out_of_order", out_of_order(&received));
    verdict.note("repeated", (received.len() - arrived.len()) as u64);
    verdict.at_least("kills", kills, 1);
    verdict.at_least("requests_that_hang", receivers.hanging.received(0).len() as u64, 1);
    verdict.exactly("off_after_410", webhooks_that_are_off(&olga), 1);
}

impl Receivers {
    fn open() -> Self {
        Self {
            good: Receiver::open(Manner::Answer(200)),
            hanging: Receiver::open(Manner::Hang),
            failing: Receiver::open(Manner::Answer(500)),
            gone: Receiver::open(Manner::Answer(410)),
        }
    }

    fn all(&self) -> [&Receiver; 4] {
        [&self.good, &self.hanging, &self.failing, &self.gone]
    }

    fn serving(&self, database: &Database) -> Command {
        let mut command = process::serving(database.folder.path(), database.url().as_deref());
        command.env("ROSTER_WEBHOOK_HOSTS", self.all().map(Receiver::host).join(","));
        command
    }
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

/// Waits until everything has arrived, or nothing new does, and returns the names of the records in the order of their arrival.
fn wait_until_received(receiver: &Receiver, answered: &BTreeSet<String>) -> Vec<(String, String)> {
    let (mut seen, mut since) = (0, Instant::now());
    loop {
        let requests = receiver.received(0);
        let names: BTreeSet<String> = requests.iter().map(|one| name_and_id(one).0).collect();
        if answered.is_subset(&names) || since.elapsed() > DELIVERY_TIMEOUT {
            return requests.iter().map(name_and_id).collect();
        }
        if names.len() > seen {
            (seen, since) = (names.len(), Instant::now());
        }
        thread::sleep(Duration::from_millis(500));
    }
}

/// The name of the record, and the id of the message.
fn name_and_id(received: &Received) -> (String, String) {
    let name = received.json()["record"]["name"].as_str().expect("a name").to_owned();
    (name, received.headers["webhook-id"].clone())
}

/// How many changes arrived for the first time after a later one of their record.
fn out_of_order(received: &[(String, String)]) -> u64 {
    let mut latest: BTreeMap<&str, u64> = BTreeMap::new();
    let (mut seen, mut late) = (BTreeSet::new(), 0);
    for (name, _) in received.iter().filter(|(_, id)| seen.insert(id)) {
        let (record, step) = name.split_once(' ').expect("a step");
        let step: u64 = step.parse().expect("a number");
        late += u64::from(latest.insert(record, step).is_some_and(|before| before > step));
    }
    late
}

fn webhooks_that_are_off(olga: &Person) -> u64 {
    let webhooks = olga.must(Method::GET, "webhooks", None);
    let webhooks = webhooks["webhooks"].as_array().expect("a list");
    webhooks.iter().filter(|webhook| webhook["state"] == "off").count() as u64
}
