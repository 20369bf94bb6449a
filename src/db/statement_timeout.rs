//! How long a statement may keep SQLite at our own functions. PostgreSQL has `statement_timeout` for all it does;
//! SQLite calls nobody back but these, on the thread that runs the statement.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

/// As PostgreSQL's.
pub const STATEMENT_TIMEOUT: Duration = Duration::from_secs(5);

thread_local! {
    static END: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// PostgreSQL's words for it, by which `dialect` knows what happened.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("canceling statement due to statement timeout")]
pub struct StatementTimedOut;

/// A statement begins on this thread.
pub fn start(time: Duration) {
    END.set(Instant::now().checked_add(time));
}

pub fn check() -> Result<(), StatementTimedOut> {
    match END.get() {
        Some(end) if Instant::now() >= end => Err(StatementTimedOut),
        _ => Ok(()),
    }
}
