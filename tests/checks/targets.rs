//! G4: 60 hostile targets of webhooks. Listeners on this machine, which they would reach, see no connection.

use std::{thread, time::Duration};

use reqwest::Method;
use serde_json::json;

use crate::{
    support::{
        client,
        database::Kind,
        people::Person,
        receiver::{Manner, Receiver},
        server::TestApp,
    },
    verdict::{self, Verdict},
};

const BOTH: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];

/// Hosts that are this machine, a private network or no host; `PORT` is that of the listener.
const HOSTS: [&str; 52] = [
    "127.0.0.1",
    "127.0.0.2",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0x7F.1",
    "0177.0.0.1",
    "017700000001",
    "0177.1",
    "127.0.0.1.",
    "127.000.000.001",
    "0x7f.0x0.0x0.0x1",
    "0",
    "0.0.0.0",
    "0x0",
    "00.0.0.0",
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[fe80::1]",
    "[fc00::1]",
    "[fd00::1]",
    "[ff02::1]",
    "[2001:db8::1]",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "100.64.0.1",
    "169.254.169.254",
    "224.0.0.1",
    "255.255.255.255",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "Localhost",
    "%31%32%37.0.0.1",
    "\u{ff11}\u{ff12}\u{ff17}.0.0.1",
    "127\u{3002}0\u{3002}0\u{3002}1",
    "\u{24db}\u{24de}\u{24d2}\u{24d0}\u{24db}\u{24d7}\u{24de}\u{24e2}\u{24e3}",
    "\u{2460}\u{2461}\u{2466}.0.0.1",
    "loc\u{ad}alhost",
    "1.1.1.1 @127.0.0.1",
];

/// Whole URLs.
const URLS: [&str; 7] = [
    "https://example.com@127.0.0.1:PORT/",
    "https://example.com:443@127.0.0.1:PORT/",
    "https://127.0.0.1:PORT#@example.com/",
    "https:\\\\127.0.0.1:PORT\\hook",
    "http://127.0.0.1:PORT/",
    "HTTP://LOCALHOST:PORT/",
    "//127.0.0.1:PORT/",
];

#[test]
fn g4_sixty_hostile_targets() {
    verdict::hold("G4", &BOTH, check);
}

fn check(verdict: &mut Verdict) {
    let (listener, redirecting) = (Receiver::open(Manner::Answer(200)), Receiver::open(Manner::Answer(200)));
    redirecting.change(Manner::AnswerWith(308, format!("Location: {}\r\n", listener.url())));
    let app = TestApp::start_with(verdict.kind, |settings| redirecting.set_up(settings));
    let olga = Person::owner(&app, "olga");
    let port = listener.address.port().to_string();
    let mut targets: Vec<String> = HOSTS.iter().map(|host| format!("https://{host}:{port}/")).collect();
    targets.extend(URLS.iter().map(|url| url.replace("PORT", &port)));
    targets.push(redirecting.url());
    for target in &targets {
        rest(&olga, "webhooks", &json!({"targetUrl": target, "operations": ["company.created"]}));
    }
    rest(&olga, "companies", &json!({"name": "Falcons"}));
    let tried = wait_for_attempts(&olga);
    verdict.exactly("targets", targets.len() as u64, 60);
    verdict.exactly("tried", tried.len() as u64, 60);
    verdict.none("delivered", tried.iter().filter(|state| *state == "delivered").count() as u64);
    verdict.none("connections", listener.connections() as u64);
    verdict.at_least("redirects", redirecting.connections() as u64, 1);
}

fn rest(person: &Person, path: &str, body: &serde_json::Value) {
    let request = person.client.request(Method::POST, &format!("/rest/{path}")).json(body);
    let (status, answer) = client::json(request);
    assert_eq!(status, 201, "{body}: {answer}");
}

/// The states of all deliveries, once each was tried.
fn wait_for_attempts(olga: &Person) -> Vec<String> {
    let page = |path: &str, key: &str| {
        let mut all = Vec::new();
        for number in 1.. {
            let answer = olga.must(Method::GET, &format!("{path}?page={number}"), None);
            let rows = answer[key].as_array().expect("a list");
            all.extend(rows.clone());
            if rows.len() < 25 {
                break;
            }
        }
        all
    };
    let ids: Vec<_> = page("webhooks", "webhooks").into_iter().map(|webhook| webhook["id"].clone()).collect();
    for _ in 0..600 {
        let deliveries: Vec<_> = ids
            .iter()
            .flat_map(|id| {
                page(&format!("webhooks/{}/deliveries", id.as_str().expect("an id")), "deliveries")
            })
            .collect();
        let is_tried = |one: &serde_json::Value| one["status"].is_i64() || one["error"].is_string();
        if deliveries.len() == ids.len() && deliveries.iter().all(is_tried) {
            let state = |one: serde_json::Value| one["state"].as_str().expect("a state").to_owned();
            return deliveries.into_iter().map(state).collect();
        }
        thread::sleep(Duration::from_millis(100));
    }
    panic!("deliveries were not tried")
}
