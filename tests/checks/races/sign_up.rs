//! A7: fifty clients register at once with one address in ten spellings. One of them succeeds.

use std::{
    sync::{Arc, Barrier},
    thread,
};

use reqwest::Method;
use serde_json::json;

use crate::{
    census::{self, Census},
    counted_person::CountedPerson,
    support::{
        database::{Database, Kind},
        people::PASSWORD,
        process::Server,
    },
    tally::Tally,
    verdict::{self, Verdict},
};

const CLIENTS: usize = 50;

#[test]
#[ignore = "takes 140 s"]
fn a7_one_address_in_ten_spellings() {
    verdict::announce("A7", &[Kind::Sqlite, Kind::Postgres], |verdict| race(verdict, 200));
}

#[test]
fn a7_in_small() {
    verdict::hold("A7", &[Kind::Sqlite, Kind::Postgres], |verdict| race(verdict, 2));
}

fn race(verdict: &mut Verdict, rounds: usize) {
    let database = Database::new(verdict.kind);
    let servers = database.serve_twice();
    let tally = Arc::new(Tally::default());
    let statuses = play(&servers, &tally, rounds);

    let registered =
        |round: &usize| statuses.iter().filter(|client| client[*round] == Some(201)).count() == 1;
    let others = statuses.iter().flatten().filter(|status| !matches!(status, Some(201 | 422 | 503)));
    let conn = &mut census::connect(&database);
    verdict.exactly("users", census::count(conn, "SELECT count(*) AS count FROM users"), rounds as u64);
    verdict.exactly(
        "workspaces",
        census::count(conn, "SELECT count(*) AS count FROM workspaces"),
        rounds as u64,
    );
    verdict.exactly("one_registered", (0..rounds).filter(registered).count() as u64, rounds as u64);
    verdict.none("neither_registered_nor_taken", others.count() as u64);
    Census::take(conn).judge(verdict);
    tally.judge(verdict);
}

/// Status by client and round.
fn play(servers: &[Server; 2], tally: &Arc<Tally>, rounds: usize) -> Vec<Vec<Option<u16>>> {
    let start = Barrier::new(CLIENTS);
    thread::scope(|scope| {
        let players: Vec<_> = (0..CLIENTS)
            .map(|number| {
                let start = &start;
                scope.spawn(move || {
                    let client = CountedPerson::nobody(&servers[number % 2], tally);
                    let turns = (0..rounds).map(|round| {
                        start.wait();
                        register(&client, number, &spellings(round)[number % 10])
                    });
                    turns.collect()
                })
            })
            .collect();
        players.into_iter().map(|player| player.join().expect("a client")).collect()
    })
}

/// Each client has its own IP address, so that the throttle does not decide the race.
fn register(client: &CountedPerson, number: usize, email: &str) -> Option<u16> {
    let body = json!({"user": {"email": email, "password": PASSWORD}});
    let request = client.request(Method::POST, "registrations");
    let answer = client.send(request.header("X-Forwarded-For", format!("192.0.2.{number}")).json(&body))?;
    Some(answer.status)
}

/// Composed and decomposed accents, lower and upper case, surrounding spaces: all are one address.
fn spellings(round: usize) -> [String; 10] {
    [
        format!("zo\u{eb}.m\u{fc}ller{round}@example.test"),
        format!("zoe\u{308}.mu\u{308}ller{round}@example.test"),
        format!("ZO\u{cb}.M\u{dc}LLER{round}@EXAMPLE.TEST"),
        format!("ZOE\u{308}.MU\u{308}LLER{round}@EXAMPLE.TEST"),
        format!("Zo\u{eb}.Mu\u{308}ller{round}@Example.Test"),
        format!("  zoe\u{308}.m\u{fc}ller{round}@example.test"),
        format!("zo\u{eb}.m\u{fc}ller{round}@example.test  "),
        format!("\tZo\u{eb}.M\u{dc}ller{round}@example.TEST\n"),
        format!("\u{a0}zoe\u{308}.MU\u{308}ller{round}@example.test"),
        format!(" zO\u{cb}.mU\u{308}LLER{round}@eXample.tesT "),
    ]
}
