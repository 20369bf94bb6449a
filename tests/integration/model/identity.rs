//! Who may have an account if some accounts have no external id. No route creates those, so the functions of the models
//! are called directly, on both databases, and compared with a reference implementation.

mod rule;
mod workspace;

use std::cell::RefCell;

use proptest::{
    prelude::*,
    test_runner::{Config, TestCaseError, TestRunner},
};

use self::{
    rule::{Holder, Rule},
    workspace::Workspace,
};
use crate::support::{database::Kind, postgres::Postgres};

const SEQUENCES: u32 = 500;

#[derive(Clone, Debug)]
pub enum Step {
    Connect { holder: Holder, uid: Option<u8>, handle: u8 },
    Disconnect { account: usize },
    Transfer { account: usize, to_workspace: bool },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let holder =
        prop_oneof![2 => Just(Holder::Workspace), 2 => Just(Holder::Admin), 1 => Just(Holder::Member)];
    let uid = prop_oneof![1 => Just(None), 1 => (0..3u8).prop_map(Some)];
    let step = prop_oneof![
        8 => (holder, uid, 0..3u8).prop_map(|(holder, uid, handle)| Step::Connect { holder, uid, handle }),
        1 => (0..6usize).prop_map(|account| Step::Disconnect { account }),
        2 => (0..6usize, any::<bool>())
            .prop_map(|(account, to_workspace)| Step::Transfer { account, to_workspace }),
    ];
    prop::collection::vec(step, 1..=16)
}

fn agrees_with_the_rule(kind: Kind) {
    let register = RefCell::new(workspace::Register::open(kind));
    let config = Config { cases: SEQUENCES, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&steps(), |steps| {
        let mut register = register.borrow_mut();
        let mut workspace = Workspace::new(&mut register);
        let mut rule = Rule::default();
        for step in &steps {
            let (said, expected) = (workspace.take(step), rule.take(step));
            prop_assert_eq!(said, expected, "answer to {:?}", step);
            prop_assert!(!rule.is_held_on_both_sides(), "the rule itself, after {:?}", step);
        }
        prop_assert_eq!(workspace.rows(), rule.rows());
        prop_assert_eq!(workspace.stray_claims(), 0);
        Ok::<(), TestCaseError>(())
    });
    assert!(outcome.is_ok(), "{}", outcome.unwrap_err());
}

#[test]
fn accounts_with_and_without_external_ids_sqlite() {
    agrees_with_the_rule(Kind::Sqlite);
}

#[test]
fn accounts_with_and_without_external_ids_postgres() {
    if Postgres::for_this_test().is_some() {
        agrees_with_the_rule(Kind::Postgres);
    }
}
