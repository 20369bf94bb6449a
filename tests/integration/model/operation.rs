//! The operations of four people, in random order. People, accounts and handles are small numbers, so that they often
//! collide.

use proptest::prelude::*;

pub const PEOPLE: usize = 4;
pub const UIDS: usize = 5;
pub const HANDLES: [&str; 3] = ["lions", "@Lions", "tigers"];
pub const MAX_OPERATIONS: usize = 30;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Personal,
    Workspace,
}

#[derive(Clone, Debug)]
pub struct Operation {
    pub who: usize,
    pub action: Action,
}

#[derive(Clone, Debug)]
pub enum Action {
    Connect { side: Side, uid: usize, handle: usize, verified: Option<bool> },
    Disconnect { side: Side, account: usize },
    Transfer { account: usize, to: Side },
    Share { account: usize, shared: bool },
    Leave,
    Remove { whom: usize },
    Join { host: usize },
    GiveRole { whom: usize, role: u8 },
    Erase,
    Look { at: Page },
}

#[derive(Clone, Copy, Debug)]
pub enum Page {
    Personal,
    Workspace,
    Both,
}

/// Most sequences are short, for speed; long ones reach more states.
pub fn sequences() -> impl Strategy<Value = Vec<Operation>> {
    let operations = |longest| prop::collection::vec(operation(), 1..=longest);
    let operations = prop_oneof![operations(10), operations(MAX_OPERATIONS - 2)];
    (opening(), operations).prop_map(|(opening, operations)| [opening, operations].concat())
}

fn operation() -> impl Strategy<Value = Operation> {
    (person(), action()).prop_map(|(who, action)| Operation { who, action })
}

/// Every other sequence starts with an owner, an admin and a member in one workspace.
fn opening() -> impl Strategy<Value = Vec<Operation>> {
    let crowded = vec![
        Operation { who: 0, action: Action::GiveRole { whom: 1, role: 2 } },
        Operation { who: 2, action: Action::Join { host: 0 } },
    ];
    prop_oneof![Just(Vec::new()), Just(crowded)]
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        10 => (side(), uid(), 0..HANDLES.len(), any::<Option<bool>>())
            .prop_map(|(side, uid, handle, verified)| Action::Connect { side, uid, handle, verified }),
        3 => (side(), account()).prop_map(|(side, account)| Action::Disconnect { side, account }),
        5 => (account(), side()).prop_map(|(account, to)| Action::Transfer { account, to }),
        3 => (account(), any::<bool>()).prop_map(|(account, shared)| Action::Share { account, shared }),
        1 => Just(Action::Leave),
        1 => person().prop_map(|whom| Action::Remove { whom }),
        5 => person().prop_map(|host| Action::Join { host }),
        3 => (person(), 1..=3u8).prop_map(|(whom, role)| Action::GiveRole { whom, role }),
        5 => prop_oneof![1 => Just(Action::Erase), 9 => page().prop_map(|at| Action::Look { at })],
    ]
}

/// Mostly the people who share a workspace at the start.
fn person() -> impl Strategy<Value = usize> {
    prop_oneof![1 => 0..3usize, 1 => 0..PEOPLE]
}

/// Mostly the same account, so that many request it.
fn uid() -> impl Strategy<Value = usize> {
    prop_oneof![1 => Just(0), 1 => 0..UIDS]
}

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Personal), Just(Side::Workspace)]
}

/// The index of an account among all that were ever connected; an index beyond the last names none.
fn account() -> impl Strategy<Value = usize> {
    prop_oneof![0..3usize, 0..6usize]
}

fn page() -> impl Strategy<Value = Page> {
    prop_oneof![Just(Page::Personal), Just(Page::Workspace), Just(Page::Both)]
}
