//! How long a statement may keep SQLite at our own functions. PostgreSQL has `statement_timeout` for all it does;
//! SQLite calls nobody back but these, on the thread that runs the statement.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

/// As PostgreSQL's.
pub const OF_A_STATEMENT: Duration = Duration::from_secs(5);

thread_local! {
    static END: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// PostgreSQL's words for it, by which `dialect` knows what happened.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("canceling statement due to statement timeout")]
pub struct OutOfTime;

/// A statement begins on this thread.
pub fn grant(time: Duration) {
    END.set(Instant::now().checked_add(time));
}

pub fn check() -> Result<(), OutOfTime> {
    match END.get() {
        Some(end) if Instant::now() >= end => Err(OutOfTime),
        _ => Ok(()),
    }
}
