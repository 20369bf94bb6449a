//! Several processes and many readers: one of them asks the network.

use std::{thread, time::Duration};

use super::{Falcons, advance, states, token};
use crate::{
    on_both_databases,
    support::{
        client::Client,
        database::Kind,
        peer::{Peer, TOKEN},
        server::TestApp,
    },
};

const READERS: usize = 10;

#[test]
fn a_service_that_stops_takes_no_lease() {
    for kind in Kind::available() {
        let peer = Peer::start();
        let (app, state) = TestApp::start_and_share(kind, |settings| peer.configure(settings));
        let falcons = Falcons::connect_at(peer, &app);
        let before = falcons.token();
        advance(&app, 111);
        state.stopping.begin();
        assert_eq!((falcons.token(), falcons.peer.count(TOKEN)), (before, 1), "{kind}");
    }
}

on_both_databases! {
    fn one_request_refreshes_for_all_readers(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        falcons.peer.take_up_to(Duration::from_millis(300));
        let second = app.beside();
        let elsewhere = Client::new(&second).with_token(falcons.program.token().expect("a key"));
        for round in 1..=3 {
            advance(app, 121);
            let tokens: Vec<String> = thread::scope(|scope| {
                let here = (0..READERS).map(|_| scope.spawn(|| falcons.token()));
                let there = (0..READERS).map(|_| scope.spawn(|| token(&falcons.show_to(&elsewhere))));
                let readers: Vec<_> = here.chain(there).collect();
                readers.into_iter().map(|reader| reader.join().expect("a token")).collect()
            });
            assert!(tokens.iter().all(|token| falcons.peer.is_current(token)), "{tokens:?}");
            assert_eq!((falcons.peer.refreshes(), falcons.peer.families()), (round, (0, 1)));
        }
        assert_eq!(states(app), ["ok "]);
    }
}
