//! F1: what the conflict answer reveals in random workspaces, by caller and by owner of the account. Addresses are
//! shown only to colleagues, and answers do not reveal whose an account elsewhere is.

mod graph;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use self::graph::{CALLERS, Elsewhere, Graph, HOLDERS, Seed};
use crate::{
    support::{database::Kind, people::account, server::TestApp},
    verdict::{Verdict, announce, hold},
    wire::{Answer, Request, Wire},
};

#[derive(Default)]
struct Findings {
    /// Addresses of people outside the caller's workspace.
    leaked: u64,
    /// Addresses of colleagues, which must appear: a check that finds none proves nothing.
    named: u64,
    failed: u64,
    /// Answers about accounts that are not the caller's, by request and authority.
    not_yours: BTreeMap<String, BTreeSet<String>>,
}

impl Findings {
    fn look_at(&mut self, answer: &Answer, graph: &Graph) {
        self.failed += u64::from(answer.status >= 500);
        for address in addresses(&answer.body) {
            if graph.colleagues.contains(address) {
                self.named += 1;
            } else {
                self.leaked += 1;
                eprintln!(
                    "{:?} of {:?} is told {address}: {}",
                    graph.caller_kind, graph.holder_kind, answer.body
                );
            }
        }
    }

    fn compare(&mut self, question: String, answer: &Answer) {
        let text = format!("{} {}", answer.status, without_ids(answer.json()));
        self.not_yours.entry(question).or_default().insert(text);
    }
}

fn addresses(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || "@.-_".contains(letter);
    text.split(move |letter| !is_part(letter)).filter(|word| word.contains('@'))
}

fn without_ids(mut body: Value) -> Value {
    if let Some(id) = body.pointer_mut("/twitter_account/id") {
        *id = json!("<id>");
    }
    body
}

/// Requests the account in every possible way, for the workspace and as personal.
fn ask(wire: &mut Wire, graph: &Graph, findings: &mut Findings) {
    let authority = if graph.is_admin { "admin" } else { "member" };
    for (side, held) in
        [("workspaces/twitter_accounts", &graph.held[0]), ("twitter_accounts", &graph.held[1])]
    {
        let by_id = format!("{side}/{}", held.account_id);
        let transfer = json!({"account_transfer": {"social_account_id": held.account_id, "to": "personal"}});
        let questions = [
            ("GET", by_id.clone(), Value::Null),
            ("PUT", by_id.clone(), json!({"twitter_account": {"nickname": "Mine", "team_ids": []}})),
            ("DELETE", by_id, json!({})),
            ("POST", "account_transfers".to_owned(), transfer),
        ];
        for (verb, path, body) in questions {
            // Callers may change their own accounts, and later requests would then see the change.
            if graph.is_foreign || verb == "GET" {
                let answer = wire.ask(&Request::by(&graph.caller, verb, &path).json(&body));
                findings.look_at(&answer, graph);
                if graph.is_foreign {
                    findings.compare(format!("{verb} {side} of a foreign id as {authority}"), &answer);
                }
            }
        }
        let answer = wire.ask(&Request::by(&graph.caller, "POST", side).json(&claim(&held.uid)));
        findings.look_at(&answer, graph);
        if graph.is_foreign {
            findings.compare(format!("POST {side} as {authority}"), &answer);
        }
    }
}

/// The same name for all, so that answers can be compared.
fn claim(uid: &str) -> Value {
    let mut body = account(uid);
    body["twitter_account"]["screen_name"] = json!("Lions");
    body["twitter_account"]["twitter_nickname"] = json!("lions");
    body
}

fn check(verdict: &mut Verdict, graphs: u32) {
    let app = TestApp::start_with(verdict.kind, |settings| settings.registrations_per_address = 1_000_000);
    let wire = &mut Wire::to(&app.base_url);
    let mut seed = Seed(20_261_121);
    let elsewhere = Elsewhere::new(&app.base_url);
    let mut findings = Findings::default();
    for number in 0..graphs {
        let combination = number as usize;
        let caller = CALLERS[combination % CALLERS.len()];
        let holder = HOLDERS[combination / CALLERS.len() % HOLDERS.len()];
        let graph = Graph::new(&elsewhere, &mut seed, number, caller, holder);
        ask(wire, &graph, &mut findings);
    }
    let faces = findings.not_yours.iter().filter(|(_, answers)| answers.len() > 1);
    let faces = faces.inspect(|(question, answers)| eprintln!("{question}: {answers:#?}")).count();
    verdict.note("graphs", u64::from(graphs));
    verdict.none("addresses_leaked", findings.leaked);
    verdict.at_least("colleagues_named", findings.named, 1);
    verdict.none("questions_with_two_answers", faces as u64);
    verdict.at_least("questions", findings.not_yours.len() as u64, 10);
    verdict.none("5xx", findings.failed);
}

#[test]
fn names_colleagues_and_nobody_else() {
    hold("F1", &[Kind::Sqlite, Kind::Postgres], |verdict| check(verdict, 50));
}

#[test]
#[ignore = "takes 300 s"]
fn f1() {
    announce("F1", &Kind::available(), |verdict| check(verdict, 1_000));
}
