//! A6: a refresh races with a disconnect, with a new consent, with programs that write all fields, and with moves to other
//! workspaces. Nothing comes back, nothing is blanked, and no newer token is lost.

use std::{thread, time::Duration};

use rand::RngExt as _;
use reqwest::Method;
use serde_json::{Value, json};

use super::{BOTH, Site, account, moving};
use crate::verdict::{self, Verdict};

const SLOWNESS: Duration = Duration::from_millis(60);
/// By then a rival has begun.
const MAX_DELAY_MS: u64 = 80;

#[derive(Clone, Copy, Debug)]
enum Rival {
    Disconnect,
    Reconnect,
    Write,
}

const RIVALS: [Rival; 3] = [Rival::Disconnect, Rival::Reconnect, Rival::Write];

/// What must not happen.
#[derive(Debug, Default)]
pub struct Losses {
    resurrected: u64,
    blanked: u64,
    lost: u64,
}

impl Losses {
    /// Notes what is shown of an account that must have the current token.
    pub fn note(&mut self, site: &Site, account: &Value) {
        let token = account["accessToken"].as_str().unwrap_or_default();
        self.blanked += u64::from(token.is_empty() || account["authFailedAt"] != Value::Null);
        self.lost += u64::from(!site.peer.is_current(token));
    }
}

#[test]
#[ignore = "takes 400 s"]
fn a6_five_hundred_of_each() {
    verdict::announce("A6", &BOTH, |verdict| check(verdict, 500));
}

#[test]
fn a6_in_small() {
    verdict::hold("A6", &BOTH, |verdict| check(verdict, 3));
}

fn check(verdict: &mut Verdict, rounds: u64) {
    let site = Site::open(verdict.kind, 2);
    site.peer.take_up_to(SLOWNESS);
    let mut losses = Losses::default();
    for _ in 0..rounds {
        for rival in RIVALS {
            race(&site, rival, &mut losses);
        }
    }
    verdict.exactly("accounts", site.count("social_accounts"), 1);
    verdict.exactly("grants", site.count("grants"), 1);
    moving::race(&site, rounds, &mut losses);
    verdict.exactly("accounts_with_mover", site.count("social_accounts"), 2);
    verdict.exactly("grants_with_mover", site.count("grants"), 2);
    verdict.none("resurrected", losses.resurrected);
    verdict.none("blanked", losses.blanked);
    verdict.none("lost", losses.lost);
    verdict.at_least("refreshes", site.peer.refreshes() as u64, 2 * rounds);
}

fn race(site: &Site, rival: Rival, losses: &mut Losses) {
    let path = site.path();
    site.expire();
    thread::scope(|scope| {
        let read = scope.spawn(|| site.client(0).send(Method::GET, &path, None).expect("an answer"));
        thread::sleep(delay());
        act(site, rival, &path);
        read.join().expect("an answer");
    });
    let answer = site.client(1).send(Method::GET, &path, None).expect("an answer");
    if matches!(rival, Rival::Disconnect) {
        let left = site.count("social_accounts") + site.count("grants");
        losses.resurrected += left + u64::from(!account(&answer).is_null());
        site.connect();
        return;
    }
    losses.note(site, &account(&answer));
}

/// How long after the reader a rival begins.
pub fn delay() -> Duration {
    Duration::from_millis(rand::rng().random_range(0..MAX_DELAY_MS))
}

fn act(site: &Site, rival: Rival, path: &str) {
    let client = site.client(1);
    match rival {
        Rival::Disconnect => {
            let answer = client.send(Method::DELETE, path, None).expect("an answer");
            assert_eq!(answer.status, 200, "{}", answer.body);
        }
        Rival::Reconnect => {
            site.connect();
        }
        Rival::Write => {
            for value in [json!(""), json!("WRITTEN"), Value::Null] {
                let body = json!({"accessToken": value, "refreshToken": value, "authFailedAt": null});
                let answer = client.send(Method::PATCH, path, Some(&body)).expect("an answer");
                assert_eq!(answer.status, 200, "{}", answer.body);
            }
        }
    }
}
