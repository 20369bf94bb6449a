//! A4: thirty-two clients of two servers send the same create at the same moment, and again after both servers were
//! killed. An account is recognised by its external id, a company by its `Idempotency-Key`, and so is an attachment
//! whose answer is too large to be stored.

use std::{collections::HashSet, sync::Barrier, thread};

use serde_json::json;

use crate::{
    census::{self, Census, count},
    support::{
        database::{Database, Kind},
        people::{Person, account},
        process::{HasAddress as _, Server},
    },
    verdict::{self, Verdict},
    wire::{Answer, Request, Wire},
};

const BOTH: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];
const CLIENTS: usize = 32;
/// Every answer is compared, and these have 70 KB each.
const MAX_LARGE: usize = 10;

#[test]
#[ignore = "takes 300 s"]
fn a4_everything_thirty_two_times() {
    verdict::announce("A4", &BOTH, |verdict| check(verdict, 1_000));
}

#[test]
fn a4_in_small() {
    verdict::hold("A4", &BOTH, |verdict| check(verdict, 5));
}

fn check(verdict: &mut Verdict, things: usize) {
    let database = Database::new(verdict.kind);
    let mut servers = database.serve_twice();
    let base_url = servers[0].base_url();
    let olga = Person::owner(&base_url, "olga");
    let adam = olga.admin("adam");
    let connect = |number: usize| {
        Request::by(&olga, "POST", "workspaces/twitter_accounts").json(&account(&format!("account-{number}")))
    };
    let create = |number: usize| company(&olga, number, "Lions");
    let mut connected = all_at_once(&servers, things, &connect);
    let mut created = all_at_once(&servers, things, &create);
    let mut large = all_at_once(&servers, things.min(MAX_LARGE), &|number| attachment(&olga, number));
    for server in &mut servers {
        server.kill();
        server.start_again();
    }

    let wire = &mut Wire::to(&servers[1].base_url());
    let mut changed = 0;
    let mut leaks = 0;
    for (number, (connected, created)) in connected.iter_mut().zip(&mut created).enumerate() {
        connected.push(wire.ask(&connect(number)));
        created.push(wire.ask(&create(number)));
        changed += u64::from(wire.ask(&company(&olga, number, "Tigers")).status == 422);
        let of_another = wire.ask(&company(&adam, number, "Lions"));
        leaks += u64::from(is_replayed(&of_another) || of_another.body == created[0].body);
    }

    for (number, large) in large.iter_mut().enumerate() {
        large.push(wire.ask(&attachment(&olga, number)));
    }

    let things = things as u64;
    let conn = &mut census::connect(&database);
    verdict.exactly("accounts", count(conn, "SELECT count(*) AS count FROM social_accounts"), things);
    verdict.exactly("accounts_of_one_id", tally(&connected, is_one_account), things);
    verdict.exactly("companies_of_two", count(conn, "SELECT count(*) AS count FROM companies"), 2 * things);
    verdict.exactly("companies_of_one_answer", tally(&created, is_one_answer), things);
    let attachments = count(conn, "SELECT count(*) AS count FROM attachments");
    verdict.exactly("attachments", attachments, large.len() as u64);
    verdict.exactly("attachments_of_one_answer", tally(&large, is_one_answer), large.len() as u64);
    let kept_whole = "SELECT count(*) AS count FROM idempotency_keys WHERE length(answer) > 90000";
    verdict.none("large_answers_kept", count(conn, kept_whole));
    verdict.exactly("changed_refused", changed, things);
    verdict.none("leaks", leaks);
    Census::take(conn).judge(verdict);
}

/// A create without a natural key.
fn company(caller: &Person, number: usize, name: &str) -> Request {
    Request::new("POST", "/rest/companies")
        .token(caller.client.token())
        .header("Idempotency-Key", &format!("company-{number}"))
        .json(&json!({"name": name}))
}

/// A create with a large answer.
fn attachment(caller: &Person, number: usize) -> Request {
    Request::new("POST", "/rest/attachments")
        .token(caller.client.token())
        .header("Idempotency-Key", &format!("attachment-{number}"))
        .json(&json!({"name": "x".repeat(70_000)}))
}

/// The answers of every client, for each created thing.
fn all_at_once(
    servers: &[Server; 2],
    things: usize,
    request: &(impl Fn(usize) -> Request + Sync),
) -> Vec<Vec<Answer>> {
    let start = Barrier::new(CLIENTS);
    let mut answers = vec![Vec::new(); things];
    thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let (start, base_url) = (&start, servers[client % 2].base_url());
                scope.spawn(move || {
                    let mut wire = Wire::to(&base_url);
                    let ask = |number| {
                        start.wait();
                        wire.ask(&request(number))
                    };
                    (0..things).map(ask).collect::<Vec<_>>()
                })
            })
            .collect();
        for client in clients {
            let heard = client.join().expect("a client");
            answers.iter_mut().zip(heard).for_each(|(answers, answer)| answers.push(answer));
        }
    });
    answers
}

fn tally(things: &[Vec<Answer>], is_right: fn(&[Answer]) -> bool) -> u64 {
    things.iter().filter(|answers| is_right(answers)).count() as u64
}

fn is_one_account(answers: &[Answer]) -> bool {
    let ids: HashSet<_> =
        answers.iter().map(|answer| answer.json()["twitter_account"]["id"].as_i64()).collect();
    let first = answers.iter().filter(|answer| answer.status == 201).count();
    let later = answers.iter().filter(|answer| answer.status == 200).count();
    ids.len() == 1 && !ids.contains(&None) && (first, first + later) == (1, answers.len())
}

fn is_one_answer(answers: &[Answer]) -> bool {
    let first = &answers[0];
    let is_same = |answer: &Answer| (answer.status, &answer.body) == (201, &first.body);
    let new = answers.iter().filter(|answer| !is_replayed(answer)).count();
    answers.iter().all(is_same) && new == 1
}

fn is_replayed(answer: &Answer) -> bool {
    answer.header("Idempotency-Replayed") == Some("true")
}
