//! A1 and A2: eight clients of two servers connect one account at the same moment, half of them as personal and half
//! for the workspace. One side wins each round. On SQLite a third process writes throughout.

use std::{
    sync::{
        Arc, Barrier,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use crate::{
    census::{self, Census},
    counted_person::CountedPerson,
    support::{
        client::Answer,
        database::{Database, Kind},
        people::account,
        process::Server,
    },
    tally::Tally,
    verdict::{self, Verdict},
};

const CLIENTS: usize = 8;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Personal,
    Workspace,
}

#[derive(Clone, Copy, Debug)]
enum Outcome {
    Won(Side),
    Refused,
    Busy,
    Other,
}

#[test]
#[ignore = "takes 70 s"]
fn a1_two_servers_on_postgres() {
    verdict::announce("A1", &[Kind::Postgres], |verdict| race(verdict, 2_000));
}

#[test]
fn a1_in_small() {
    verdict::hold("A1", &[Kind::Postgres], |verdict| race(verdict, 20));
}

#[test]
#[ignore = "takes 180 s"]
fn a2_two_servers_and_a_writer_on_sqlite() {
    verdict::announce("A2", &[Kind::Sqlite], |verdict| race(verdict, 2_000));
}

#[test]
fn a2_in_small() {
    verdict::hold("A2", &[Kind::Sqlite], |verdict| race(verdict, 20));
}

fn race(verdict: &mut Verdict, rounds: usize) {
    let is_sqlite = verdict.kind == Kind::Sqlite;
    let database = Database::new(verdict.kind);
    let servers = database.serve_twice();
    let tally = Arc::new(Tally::default());
    let clients = clients(&servers, &tally);
    let (outcomes, written) = if is_sqlite {
        let writing = database.serve();
        beside_a_writer(&writing, &tally, || play(&clients, rounds))
    } else {
        (play(&clients, rounds), 0)
    };

    let conn = &mut census::connect(&database);
    Census::take(conn).judge(verdict);
    let held = "SELECT count(DISTINCT key) AS count FROM social_accounts WHERE screen_name LIKE 'round-%'";
    verdict.exactly("accounts_held", census::count(conn, held), rounds as u64);
    judge_rounds(&outcomes, rounds, verdict);
    tally.judge(verdict);
    if is_sqlite {
        verdict.in_time("busy_shown", tally.busy.get(), 0);
        verdict.at_least("written_beside", written, rounds as u64 / 20);
    }
}

/// Four admins of one workspace, each as a client of both servers.
fn clients(servers: &[Server; 2], tally: &Arc<Tally>) -> Vec<CountedPerson> {
    let owner = CountedPerson::owner("olga", &servers[0], tally);
    let mut admins: Vec<_> = (0..CLIENTS / 2 - 1).map(|n| owner.admin(&format!("admin{n}"))).collect();
    admins.push(owner);
    admins.iter().flat_map(|admin| servers.each_ref().map(|server| admin.at(server))).collect()
}

/// Outcomes by client and round.
fn play(clients: &[CountedPerson], rounds: usize) -> Vec<Vec<Outcome>> {
    let start = Barrier::new(clients.len());
    thread::scope(|scope| {
        let players: Vec<_> = clients
            .iter()
            .enumerate()
            .map(|(number, client)| {
                let start = &start;
                scope.spawn(move || {
                    let turns = (0..rounds).map(|round| {
                        start.wait();
                        connect(client, round, side(number, round))
                    });
                    turns.collect()
                })
            })
            .collect();
        players.into_iter().map(|player| player.join().expect("a client")).collect()
    })
}

/// Alternates between two races: server against server, and person against person on both servers.
fn side(client: usize, round: usize) -> Side {
    let bit = if round.is_multiple_of(2) { client } else { client / 2 };
    if bit.is_multiple_of(2) { Side::Personal } else { Side::Workspace }
}

fn connect(client: &CountedPerson, round: usize, side: Side) -> Outcome {
    let path = match side {
        Side::Personal => "twitter_accounts",
        Side::Workspace => "workspaces/twitter_accounts",
    };
    match client.post(path, &account(&format!("round-{round}"))) {
        Some(answer) if answer.is_success() => Outcome::Won(side),
        Some(Answer { status: 422, .. }) => Outcome::Refused,
        Some(Answer { status: 503, .. }) => Outcome::Busy,
        _ => Outcome::Other,
    }
}

fn judge_rounds(outcomes: &[Vec<Outcome>], rounds: usize, verdict: &mut Verdict) {
    let one_side_won = |round: &usize| {
        let won =
            |side| outcomes.iter().any(|client| matches!(client[*round], Outcome::Won(won) if won == side));
        won(Side::Personal) != won(Side::Workspace)
    };
    let personal = (0..rounds)
        .filter(|round| outcomes.iter().any(|client| matches!(client[*round], Outcome::Won(Side::Personal))));
    let others = outcomes.iter().flatten().filter(|outcome| matches!(outcome, Outcome::Other));
    verdict.exactly("one_side_won", (0..rounds).filter(one_side_won).count() as u64, rounds as u64);
    verdict.note("personal_won", personal.count() as u64);
    verdict.none("neither_won_nor_refused", others.count() as u64);
}

/// A person of another workspace, on a third server, connects and disconnects until the rounds are over.
fn beside_a_writer<T>(server: &Server, tally: &Arc<Tally>, work: impl FnOnce() -> T) -> (T, u64) {
    let writer = CountedPerson::owner("writer", server, tally);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let writing = scope.spawn(|| {
            let mut written = 0;
            while !done.load(Ordering::Relaxed) {
                let Some(answer) = writer.post("twitter_accounts", &account("beside")) else { continue };
                let id = answer.json()["twitter_account"]["id"].clone();
                let gone = writer.delete(&format!("twitter_accounts/{id}"));
                written += u64::from(gone.is_some_and(|answer| answer.status == 200));
            }
            written
        });
        let result = work();
        done.store(true, Ordering::Relaxed);
        (result, writing.join().expect("a writer"))
    })
}
