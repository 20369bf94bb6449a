//! C4: hostile values in every text that a request can carry, on both databases. No answer is a 5xx, each arrives in
//! time, a value that is too large is refused at once, and both databases answer alike.

mod cells;
pub mod form;
pub mod rows;
mod values;
pub mod workspace;

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    process::Command,
    time::{Duration, Instant},
};

use self::{
    cells::{Cell, cells},
    workspace::Workspace,
};
use crate::{
    support::{
        database::Kind,
        recorded::assert_recorded,
        server::{TestApp, settings},
    },
    verdict::{Verdict, announce, hold},
    wire::{Answer, Request, Wire},
};

const HANG: Duration = Duration::from_secs(10);
const TOO_LARGE: u16 = 413;

/// The answer to each cell, by its name; compared with the answer on the other database.
type Answers = BTreeMap<String, String>;

#[derive(Default)]
struct Count {
    cells: u64,
    failed: u64,
    hung: u64,
    without_answer: u64,
    refused_though_sound: u64,
    not_refused: u64,
    slowest_refusal: Duration,
}

impl Count {
    fn add(&mut self, cell: &Cell, outcome: &std::io::Result<Answer>, took: Duration) {
        self.cells += 1;
        self.hung += u64::from(took > HANG);
        let Ok(answer) = outcome else {
            self.without_answer += 1;
            eprintln!("{}: {outcome:?}", cell.name);
            return;
        };
        if answer.status >= 500 {
            self.failed += 1;
            eprintln!("{}: {} {}", cell.name, answer.status, answer.body);
        }
        if cell.is_too_large {
            self.not_refused += u64::from(answer.status != TOO_LARGE);
            self.slowest_refusal = self.slowest_refusal.max(took);
        }
        if cell.expected.is_some_and(|status| status != answer.status) {
            self.refused_though_sound += 1;
            eprintln!("{}, with nothing wrong in it: {} {}", cell.name, answer.status, answer.body);
        }
    }
}

/// Sends every `n`th value of each field; all values if it is 1.
fn play(kind: Kind, every: usize, count: &mut Count) -> Answers {
    let app = TestApp::start_with(kind, |settings| settings.registrations_per_address = 1_000_000);
    let wire = &mut Wire::to(&app.base_url);
    let mut workspace = Workspace::new(&app.base_url);
    let mut answers = Answers::new();
    for cell in cells(every) {
        let since = Instant::now();
        let outcome = cell.play(&mut workspace, wire);
        count.add(&cell, &outcome, since.elapsed());
        let text = outcome.map_or_else(|error| error.to_string(), |answer| form::lasting(&answer));
        answers.insert(cell.name, text);
    }
    answers
}

fn check(verdict: &mut Verdict, every: usize, others: &RefCell<Answers>) {
    let mut count = Count::default();
    let answers = play(verdict.kind, every, &mut count);
    let before = others.replace(answers.clone());
    let differing = if before.is_empty() { 0 } else { differences(&answers, &before) };
    verdict.at_least("cells", count.cells, 400);
    verdict.none("5xx", count.failed);
    verdict.none("without_answer", count.without_answer);
    verdict.none("different_on_the_other_database", differing);
    verdict.none("sound_but_refused", count.refused_though_sound);
    verdict.none("oversized_not_413", count.not_refused);
    verdict.in_time("hung", count.hung, 0);
    let slowest = u64::try_from(count.slowest_refusal.as_millis()).unwrap_or(u64::MAX);
    verdict.in_time("oversized_most_ms", slowest, 200);
}

/// Number of cells with different answers, or with an answer on one database only.
fn differences(answers: &Answers, others: &Answers) -> u64 {
    let names: BTreeSet<&String> = answers.keys().chain(others.keys()).collect();
    let differing = names.into_iter().filter(|name| answers.get(*name) != others.get(*name));
    differing
        .inspect(|name| eprintln!("{name}: {:?}, else {:?}", answers.get(*name), others.get(*name)))
        .count() as u64
}

#[test]
fn answers_hostile_values_alike() {
    let answers = RefCell::default();
    hold("C4", &[Kind::Sqlite, Kind::Postgres], |verdict| check(verdict, 4, &answers));
    let kinds = answers.borrow().values().map(|answer| form::kind_of(answer)).collect::<Vec<_>>();
    assert_recorded("tests/checks/hostile", "c4", kinds.into_iter());
}

#[test]
#[ignore = "takes 60 s"]
fn c4() {
    let answers = RefCell::default();
    announce("C4", &Kind::available(), |verdict| check(verdict, 1, &answers));
}

#[test]
fn no_text_of_the_description_is_left_out() {
    let app = TestApp::start(Kind::Sqlite);
    let document = Wire::to(&app.base_url).ask(&Request::new("GET", "/openapi.json")).json();
    let known = rows::fields();
    let left_out: Vec<_> = form::texts(&document).into_iter().filter(|text| !known.contains(text)).collect();
    assert_eq!(left_out, Vec::<String>::new());
}

/// The refusal reaches a client that reads while it sends, and one that reads only afterwards.
#[test]
fn curl_reads_the_refusal_of_a_large_body() {
    let app = TestApp::start_with(Kind::Sqlite, |own| own.workers = settings().workers);
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "x".repeat(1024 * 1024)).expect("a megabyte");
    for expect in ["Expect:", "Expect: 100-continue"] {
        let output = Command::new("curl")
            .args([
                "--silent",
                "--output",
                "/dev/null",
                "--write-out",
                "%{http_code} %{exitcode}",
                "-H",
                expect,
            ])
            .args(["-H", "Content-Type: application/json", "--data-binary"])
            .arg(format!("@{}", file.path().display()))
            .arg(format!("{}/api/v4/sessions", app.base_url))
            .output();
        let Ok(output) = output else { return };
        assert_eq!(String::from_utf8_lossy(&output.stdout), "413 0", "{expect}");
    }
}
