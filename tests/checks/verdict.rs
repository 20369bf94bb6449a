//! The figures of a check, each with its limit. A long check prints them and may judge times; a small one runs beside
//! other tests, so it judges counts only.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

use crate::support::{database::Kind, postgres::Postgres};

/// Long checks measure times, so only one runs at a time.
static TURN: Mutex<()> = Mutex::new(());

pub struct Verdict {
    id: &'static str,
    pub kind: Kind,
    pub is_long: bool,
    figures: Vec<Figure>,
}

struct Figure {
    name: &'static str,
    value: u64,
    target: Target,
}

enum Target {
    Exactly(u64),
    AtMost(u64),
    AtLeast(u64),
    /// Printed but not judged.
    Any,
}

impl Verdict {
    fn new(id: &'static str, kind: Kind, is_long: bool) -> Self {
        Self { id, kind, is_long, figures: Vec::new() }
    }

    pub fn none(&mut self, name: &'static str, value: u64) {
        self.exactly(name, value, 0);
    }

    pub fn exactly(&mut self, name: &'static str, value: u64, target: u64) {
        self.figures.push(Figure { name, value, target: Target::Exactly(target) });
    }

    /// An upper limit, where times are judged.
    pub fn in_time(&mut self, name: &'static str, value: u64, target: u64) {
        let target = if self.is_long { Target::AtMost(target) } else { Target::Any };
        self.figures.push(Figure { name, value, target });
    }

    pub fn at_most(&mut self, name: &'static str, value: u64, target: u64) {
        self.figures.push(Figure { name, value, target: Target::AtMost(target) });
    }

    pub fn at_least(&mut self, name: &'static str, value: u64, target: u64) {
        self.figures.push(Figure { name, value, target: Target::AtLeast(target) });
    }

    pub fn note(&mut self, name: &'static str, value: u64) {
        self.figures.push(Figure { name, value, target: Target::Any });
    }

    fn passes(&self) -> bool {
        self.figures.iter().all(Figure::is_reached)
    }
}

impl Figure {
    fn is_reached(&self) -> bool {
        match self.target {
            Target::Exactly(target) => self.value == target,
            Target::AtMost(target) => self.value <= target,
            Target::AtLeast(target) => self.value >= target,
            Target::Any => true,
        }
    }
}

/// Runs a long check on each database, prints a line for each, and panics unless all passed.
pub fn announce(id: &'static str, kinds: &[Kind], check: impl Fn(&mut Verdict)) {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut passed = true;
    for kind in kinds {
        let mut verdict = Verdict::new(id, *kind, true);
        check(&mut verdict);
        println!("{verdict}");
        passed &= verdict.passes();
    }
    assert!(passed, "a number was not reached");
}

/// Runs a small check on each available database.
pub fn hold(id: &'static str, kinds: &[Kind], check: impl Fn(&mut Verdict)) {
    for kind in kinds {
        if *kind == Kind::Sqlite || Postgres::for_this_test().is_some() {
            let mut verdict = Verdict::new(id, *kind, false);
            check(&mut verdict);
            assert!(verdict.passes(), "{verdict}");
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values: Vec<_> =
            self.figures.iter().map(|figure| format!("{}:{}", figure.name, figure.value)).collect();
        let targets: Vec<_> = self.figures.iter().filter_map(Figure::target).collect();
        let word = if self.passes() { "PASS" } else { "FAIL" };
        write!(f, "{} value={} target={} {word} {}", self.id, values.join(","), targets.join(","), self.kind)
    }
}

impl Figure {
    fn target(&self) -> Option<String> {
        match self.target {
            Target::Exactly(target) => Some(format!("{}:{target}", self.name)),
            Target::AtMost(target) => Some(format!("{}<={target}", self.name)),
            Target::AtLeast(target) => Some(format!("{}>={target}", self.name)),
            Target::Any => None,
        }
    }
}
