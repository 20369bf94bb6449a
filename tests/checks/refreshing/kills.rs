//! B6: the server is killed while it refreshes, also between the network's answer and the commit. Afterwards the account
//! works or says why it does not.

use std::{thread, time::Duration};

use rand::RngExt as _;
use reqwest::Method;
use serde_json::Value;

use super::{BOTH, Site, account, token};
use crate::verdict::{self, Verdict};

const SLOWNESS: Duration = Duration::from_millis(200);

#[test]
#[ignore = "takes 120 s"]
fn b6_fifty_kills() {
    verdict::announce("B6", &BOTH, |verdict| check(verdict, 50));
}

#[test]
fn b6_in_small() {
    verdict::hold("B6", &BOTH, |verdict| check(verdict, 2));
}

fn check(verdict: &mut Verdict, kills: u64) {
    let mut site = Site::open(verdict.kind, 1);
    let (path, id) = (site.path(), site.connect());
    site.peer.take_up_to(SLOWNESS);
    let (mut well, mut broken) = (0, 0);
    for _ in 0..kills {
        site.expire();
        let client = site.client(0);
        let reading = thread::spawn({
            let path = path.clone();
            move || drop(client.send(Method::GET, &path, None))
        });
        thread::sleep(Duration::from_millis(rand::rng().random_range(0..250)));
        site.servers[0].kill();
        reading.join().expect("a reader");
        site.servers[0].start_again();
        // The network still answers the killed process, with tokens that nobody gets. The lease, which outlives that, and
        // the token would end by themselves.
        thread::sleep(SLOWNESS);
        site.change(
            "UPDATE grants SET leased_until = sent_at, next_attempt_at = sent_at WHERE sent_at IS NOT NULL",
        );
        site.expire();
        let answer = site.client(0).send(Method::GET, &path, None).expect("an answer");
        let reason = site.olga.must(Method::GET, &format!("workspaces/twitter_accounts/{id}"), None)
            ["twitter_account"]["connection"]["reason"]
            .clone();
        if site.peer.is_current(&token(&answer)) && reason.is_null() {
            well += 1;
        } else if reason == "refused" && account(&answer)["authFailedAt"] != Value::Null {
            broken += 1;
            assert_eq!(site.connect(), id, "it is the same account");
        }
    }
    verdict.exactly("explained", well + broken, kills);
    verdict.note("well", well);
    if verdict.is_long {
        verdict.at_least("needs_reconnect", broken, 1);
    } else {
        verdict.note("needs_reconnect", broken);
    }
    verdict.exactly("accounts", site.count("social_accounts"), 1);
    verdict.exactly("grants", site.count("grants"), 1);
}
