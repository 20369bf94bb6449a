//! A5: twenty readers of two processes read a token at its end. One of them refreshes it, and all get a living one.

use std::{sync::Barrier, thread, time::Duration};

use reqwest::Method;

use super::{BOTH, Site, token};
use crate::verdict::{self, Verdict};

const READERS: usize = 20;
const SLOWNESS: Duration = Duration::from_millis(500);

#[test]
#[ignore = "takes 150 s"]
fn a5_two_hundred_refreshes() {
    verdict::announce("A5", &BOTH, |verdict| check(verdict, 200));
}

#[test]
fn a5_in_small() {
    verdict::hold("A5", &BOTH, |verdict| check(verdict, 3));
}

fn check(verdict: &mut Verdict, rounds: u64) {
    let site = Site::open(verdict.kind, 2);
    let path = site.path();
    site.peer.take_up_to(SLOWNESS);
    let (mut living, mut failed) = (0, 0);
    for _ in 0..rounds {
        site.expire();
        let start = Barrier::new(READERS);
        let answers = thread::scope(|scope| {
            let read = |server: usize| {
                let client = site.client(server);
                start.wait();
                client.send(Method::GET, &path, None).expect("an answer")
            };
            let readers: Vec<_> = (0..READERS).map(|reader| scope.spawn(move || read(reader % 2))).collect();
            readers.into_iter().map(|reader| reader.join().expect("an answer")).collect::<Vec<_>>()
        });
        living += answers.iter().filter(|answer| site.peer.is_current(&token(answer))).count() as u64;
        failed += answers.iter().filter(|answer| answer.status >= 500).count() as u64;
    }
    verdict.exactly("refreshes", site.peer.refreshes() as u64, rounds);
    verdict.none("families_revoked", site.peer.families().0 as u64);
    verdict.exactly("living_tokens", living, rounds * READERS as u64);
    verdict.none("5xx", failed);
}
