//! The moves of A6: a person goes to another workspace and back with their account, while its token is refreshed.

use std::thread;

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    ACCOUNTS, Site,
    racing::{self, Losses},
};
use crate::support::{client::Client, people::Person};

/// The account of mia is of another identity than the one of the site.
pub fn race(site: &Site, rounds: u64, losses: &mut Losses) {
    let nina = Person::owner(&site.servers[1], "nina");
    let mia = site.olga.colleague("mia");
    site.peer.sign_in("7", "Hawks");
    site.connect_as(&mia, "personal", "twitter_accounts");
    for (_, host) in (0..rounds).zip([&nina, &site.olga].into_iter().cycle()) {
        site.change("DELETE FROM throttles");
        let ticket = host.invite("mia");
        site.expire();
        thread::scope(|scope| {
            let read = scope.spawn(|| shown(&site.client_of(&mia, 0)));
            thread::sleep(racing::delay());
            let body = json!({"invite": {"token": ticket.token}});
            mia.must(Method::PUT, &format!("invites/{}", ticket.id), Some(&body));
            read.join().expect("an answer");
        });
        losses.note(site, &shown(&site.client_of(&mia, 1)));
    }
}

/// The only account that mia sees.
fn shown(client: &Client) -> Value {
    let answer = client.send(Method::GET, ACCOUNTS, None).expect("an answer");
    if answer.status == 200 { answer.json()["data"]["connectedAccounts"][0].clone() } else { Value::Null }
}
