//! Several processes and many readers: one of them asks the network.

use std::{thread, time::Duration};

use diesel::RunQueryDsl as _;
use reqwest::Method;

use super::{Falcons, advance, connect, eventually, states, token};
use crate::{
    database::connect as open,
    jobs::lines,
    on_both_databases,
    support::{
        client::Client,
        database::{Database, Kind},
        peer::{Peer, TOKEN},
        people::Person,
        process::Server,
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

#[test]
fn a_process_that_is_told_to_stop_stores_what_the_network_is_giving() {
    for kind in Kind::available() {
        let (peer, database) = (Peer::start(), Database::new(kind));
        let mut command = database.serving();
        command.envs(peer.environment());
        let mut server = Server::start(command);
        let olga = Person::owner(&server, "olga");
        connect(&olga, &peer, "personal");
        let read = || olga.client.send(Method::GET, "/rest/connectedAccounts", None);
        let ended = diesel::sql_query("UPDATE grants SET expires_at = granted_at");
        ended.execute(&mut open(&database)).expect("a change");
        peer.delay(Duration::from_secs(2), TOKEN);
        thread::scope(|scope| {
            scope.spawn(|| drop(read()));
            eventually("a refresh", || peer.count(TOKEN) == 2);
            assert_eq!(peer.refreshes(), 0, "{kind}: X has not answered yet");
            server.terminate();
            assert_eq!(server.ended(), Some(0), "{kind}");
        });
        let versions = || lines(&database, "SELECT CAST(version AS text) AS line FROM grants");
        assert_eq!((versions(), peer.refreshes()), (vec!["2".to_owned()], 1), "{kind}");
        server.start_again();
        let token = read().expect("an answer").json()["data"]["connectedAccounts"][0]["accessToken"].clone();
        assert!(peer.is_current(token.as_str().expect("a token")), "{kind}: {token}");
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
