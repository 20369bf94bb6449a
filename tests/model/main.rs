//! Random sequences of operations, answered by a reference of plain vectors, by SQLite and by PostgreSQL:
//! status and body are the same in all three, ids up to renaming.
//! A divergence is shrunk by proptest; `PROPTEST_RNG_SEED` plays a run again.

mod names;
mod operation;
mod reference;
mod service;
#[path = "../support/support.rs"]
#[allow(dead_code, reason = "each test target uses its part of the support")]
mod support;

use std::thread;

use proptest::test_runner::{Config, TestCaseError, TestRunner};

use self::{
    operation::{Operation, sequences},
    reference::{Answer, Register},
    service::{Cast, Service},
    support::{database::Kind, test_app::TestApp},
};

const THREADS: u32 = 4;

#[test]
fn the_service_answers_as_the_reference_does() {
    let divergences = divergences(1_000);
    assert!(divergences.is_empty(), "{}", divergences.join("\n"));
}

#[test]
#[ignore = "takes 500 s"]
fn c3_the_service_answers_as_the_reference_does_ten_thousand_times() {
    let divergences = divergences(10_000);
    let verdict = if divergences.is_empty() { "PASS" } else { "FAIL" };
    println!("C3 value={} target=0 {verdict} (divergences in 10000 sequences)", divergences.len());
    assert!(divergences.is_empty(), "{}", divergences.join("\n"));
}

/// Plays this many sequences, shared among threads; each thread stops at its first divergence and shrinks it.
fn divergences(sequences: u32) -> Vec<String> {
    let apps: Vec<TestApp> = Kind::available().into_iter().map(TestApp::start).collect();
    thread::scope(|scope| {
        let players: Vec<_> =
            (0..THREADS).map(|_| scope.spawn(|| play(sequences / THREADS, &apps))).collect();
        players.into_iter().filter_map(|player| player.join().expect("a thread that ends")).collect()
    })
}

fn play(cases: u32, apps: &[TestApp]) -> Option<String> {
    let services: Vec<_> =
        apps.iter().map(|app| Service::new(app.database.kind.to_string(), &app.base_url)).collect();
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 500, ..Config::default() };
    let mut runner = TestRunner::new(config);
    let outcome = runner.run(&sequences(), |sequence| {
        let expected = answers_of_reference(&sequence);
        services.iter().try_for_each(|service| compare(service, &sequence, &expected))
    });
    outcome.err().map(|failure| failure.to_string())
}

fn answers_of_reference(sequence: &[Operation]) -> Vec<Vec<Answer>> {
    let mut register = Register::new();
    sequence.iter().map(|operation| register.perform(operation)).collect()
}

fn compare(service: &Service, sequence: &[Operation], expected: &[Vec<Answer>]) -> Result<(), TestCaseError> {
    let mut cast = Cast::assemble(service);
    for (operation, expected) in sequence.iter().zip(expected) {
        let got = cast.perform(operation, expected);
        // As text, for the order of keys is part of an answer.
        if format!("{got:?}") != format!("{expected:?}") {
            let name = &service.name;
            return Err(TestCaseError::fail(format!(
                "{operation:?}\n  {name} answered {got:?}\n  the reference says {expected:?}"
            )));
        }
    }
    Ok(())
}
