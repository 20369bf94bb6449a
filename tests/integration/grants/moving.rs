//! An account that moves with its person to a workspace where others have the same identity: the newer pair lives on.

use std::{thread, time::Duration};

use reqwest::Method;
use serde_json::json;

use super::{advance, connect, eventually, states};
use crate::{
    api::v4::consents::with_x,
    on_both_databases,
    support::{
        peer::{FALCONS, Peer, REVOKE, TOKEN},
        people::{Person, Ticket},
        server::TestApp,
    },
};

/// Mia, who is invited to the workspace of max.
struct Move {
    peer: Peer,
    mia: Person,
    max: Person,
    ticket: Ticket,
}

impl Move {
    fn prepare(app: &mut TestApp) -> Self {
        let peer = with_x(app);
        let mia = Person::owner(app, "olga").colleague("mia");
        let bob = Person::owner(app, "bob");
        let (max, ticket) = (bob.colleague("max"), bob.invite("mia"));
        Self { peer, mia, max, ticket }
    }

    fn connect(&self, person: &Person) {
        connect(person, &self.peer, "personal");
    }

    fn join(&self) {
        let body = json!({"invite": {"token": self.ticket.token}});
        self.mia.must(Method::PUT, &format!("invites/{}", self.ticket.id), Some(&body));
    }

    fn has_current_token(&self, person: &Person) -> bool {
        self.peer.is_current(&token(person))
    }
}

fn token(person: &Person) -> String {
    let list = person.client.send(Method::GET, "/rest/connectedAccounts", None).expect("an answer").json();
    list["data"]["connectedAccounts"][0]["accessToken"].as_str().expect("a token").to_owned()
}

on_both_databases! {
    fn a_newer_pair_that_comes_along_is_that_of_all_accounts(app: &mut TestApp) {
        let both = Move::prepare(app);
        both.connect(&both.max);
        advance(app, 1);
        both.connect(&both.mia);
        both.join();
        for refreshes in 0..2 {
            assert!(both.has_current_token(&both.mia) && both.has_current_token(&both.max));
            assert_eq!((states(app), both.peer.refreshes()), (vec!["ok ".to_owned()], refreshes));
            advance(app, 121);
        }
        assert_eq!((both.peer.families(), both.peer.count(REVOKE)), ((1, 2), 0));
    }

    fn an_older_pair_that_comes_along_ends(app: &mut TestApp) {
        let both = Move::prepare(app);
        both.connect(&both.mia);
        advance(app, 1);
        both.connect(&both.max);
        both.join();
        assert!(both.has_current_token(&both.max));
        assert_eq!(token(&both.mia), "", "hers has ended at X");
        assert_eq!((states(app), both.peer.families(), both.peer.count(REVOKE)), (vec!["ok ".to_owned()], (1, 2), 0));
    }

    fn a_refused_pair_that_comes_along_replaces_none(app: &mut TestApp) {
        let both = Move::prepare(app);
        both.connect(&both.max);
        advance(app, 1);
        both.connect(&both.mia);
        both.peer.end_families(FALCONS);
        advance(app, 110);
        assert_eq!(token(&both.mia), "");
        both.join();
        assert_eq!(states(app), ["ok "], "nobody has asked about the other");
    }

    fn a_refresh_of_the_newer_pair_follows_it(app: &mut TestApp) {
        let both = Move::prepare(app);
        both.connect(&both.max);
        advance(app, 1);
        both.connect(&both.mia);
        advance(app, 111);
        both.peer.delay(Duration::from_millis(700), TOKEN);
        let asked = both.peer.count(TOKEN);
        thread::scope(|scope| {
            let read = scope.spawn(|| both.mia.client.send(Method::GET, "/rest/connectedAccounts", None).expect("an answer"));
            eventually("a lease", || both.peer.count(TOKEN) == asked + 1);
            both.join();
            read.join().expect("an answer");
        });
        assert!(both.has_current_token(&both.mia) && both.has_current_token(&both.max));
        assert_eq!((both.peer.refreshes(), both.peer.count(REVOKE)), (1, 0));
    }
}
