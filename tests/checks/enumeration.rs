//! D4: whether a stranger learns from a sign-in or from a request for a new password that an address is registered.

mod auc;

use rand::seq::SliceRandom as _;
use serde_json::{Value, json};

use self::auc::Area;
use crate::{
    limits::latency::Latencies,
    support::{
        database::{Database, Kind},
        mailbox::{Mailbox, Manner},
        people::{PASSWORD, Person, email},
        process::{HasAddress as _, Server},
    },
    verdict::{Verdict, announce, hold},
    wire::{Request, Wire},
};

/// What an address may be.
const STATES: [&str; 3] = ["known", "unknown", "erased"];

/// One address is asked for a new password at most so often in an hour, beyond that no letter is written.
const LETTERS: usize = 3;

const LIMITS: [(&str, &str); 3] = [
    ("ROSTER_SIGN_IN_PER_ACCOUNT", "1000000"),
    ("ROSTER_SIGN_IN_PER_ACCOUNT_IN_ALL", "1000000"),
    ("ROSTER_SIGN_IN_PER_ADDRESS", "1000000"),
];
/// Password hashing as costly as the defaults.
const COSTLY: [(&str, &str); 2] = [("ROSTER_ARGON2_MEMORY_KIB", "19456"), ("ROSTER_ARGON2_PASSES", "2")];

/// A request of a stranger, who knows no password.
#[derive(Debug, Clone, Copy)]
enum Question {
    SignIn,
    Reset,
}

impl Question {
    fn about(self, address: &str) -> Request {
        let (path, user) = match self {
            Self::SignIn => ("sessions", json!({"email": address, "password": "a wrong password"})),
            Self::Reset => ("passwords", json!({"email": address})),
        };
        Request::new("POST", &format!("/api/v4/{path}")).json(&json!({"user": user}))
    }

    fn names(self) -> [[&'static str; 3]; 3] {
        match self {
            Self::SignIn => [
                ["sign_in_unknown_auc", "sign_in_unknown_low", "sign_in_unknown_high"],
                ["sign_in_erased_auc", "sign_in_erased_low", "sign_in_erased_high"],
                ["sign_in_between_auc", "sign_in_between_low", "sign_in_between_high"],
            ],
            Self::Reset => [
                ["reset_unknown_auc", "reset_unknown_low", "reset_unknown_high"],
                ["reset_erased_auc", "reset_erased_low", "reset_erased_high"],
                ["reset_between_auc", "reset_between_low", "reset_between_high"],
            ],
        }
    }
}

fn address(state: &str, number: usize) -> String {
    email(&format!("{state}{number}"))
}

fn register_and_erase(server: &Server, count: usize) {
    let erasure: Value = json!({"user": {"current_password": PASSWORD}});
    for number in 0..count {
        Person::owner(server, &format!("known{number}"));
        let erased = Person::owner(server, &format!("erased{number}"));
        erased.must(reqwest::Method::DELETE, "users", Some(&erasure));
    }
}

/// Asks about addresses of all states in a random order, and compares the answers and their times.
fn ask(verdict: &mut Verdict, server: &Server, question: Question, samples: usize) {
    let wire = &mut Wire::to(&server.base_url());
    let expected = wire.ask(&question.about(&email("nobody"))).lasting();
    let mut times = [(); 3].map(|()| Latencies::default());
    let mut different = 0;
    for sample in 0..samples {
        let mut order = [0, 1, 2];
        order.shuffle(&mut rand::rng());
        for state in order {
            let answer = wire.ask(&question.about(&address(STATES[state], sample / LETTERS)));
            different += u64::from(answer.lasting() != expected);
            times[state].add(answer.took);
        }
    }
    verdict.none(
        match question {
            Question::SignIn => "sign_in_different",
            Question::Reset => "reset_different",
        },
        different,
    );
    if verdict.is_long {
        for ([name, low, high], (one, other)) in question.names().into_iter().zip([(0, 1), (0, 2), (1, 2)]) {
            let area = Area::between(times[one].all(), times[other].all());
            verdict.at_least(name, area.permille, 450);
            verdict.in_time(name, area.permille, 550);
            verdict.note(low, area.low);
            verdict.note(high, area.high);
        }
    }
}

fn enumeration(verdict: &mut Verdict, samples: usize) {
    let (database, mailbox) = (Database::new(verdict.kind), Mailbox::open(Manner::Keep));
    let server = Server::start({
        let mut command = database.serving();
        command.envs(LIMITS).env("ROSTER_SMTP_URL", mailbox.url());
        command.env("ROSTER_MAIL_FROM", "roster@example.test");
        if verdict.is_long {
            command.envs(COSTLY);
        }
        command
    });
    register_and_erase(&server, samples.div_ceil(LETTERS));
    ask(verdict, &server, Question::SignIn, samples);
    ask(verdict, &server, Question::Reset, samples);
    mailbox.tried(1);
    verdict.at_least("letters", mailbox.tries() as u64, 1);
}

#[test]
fn a_known_address_is_answered_like_any_other() {
    hold("D4", &[Kind::Sqlite, Kind::Postgres], |verdict| enumeration(verdict, 12));
}

#[test]
#[ignore = "takes 300 s"]
fn d4() {
    announce("D4", &Kind::available(), |verdict| enumeration(verdict, 500));
}
