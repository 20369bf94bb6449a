//! A timeout for SQLite's statements that call our own functions, which check it. PostgreSQL has `statement_timeout`
//! for every statement. SQLite calls the functions on the thread that runs the statement.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

/// The same as PostgreSQL's.
pub const STATEMENT_TIMEOUT: Duration = Duration::from_secs(5);

thread_local! {
    static DEADLINE: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Has PostgreSQL's message, so that `dialect` classifies both alike.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("canceling statement due to statement timeout")]
pub struct StatementTimedOut;

/// Starts the timeout of the statement that this thread runs next.
pub fn start(timeout: Duration) {
    DEADLINE.set(Instant::now().checked_add(timeout));
}

/// Fails once the statement of this thread has run longer than its timeout.
pub fn check() -> Result<(), StatementTimedOut> {
    match DEADLINE.get() {
        Some(deadline) if Instant::now() >= deadline => Err(StatementTimedOut),
        _ => Ok(()),
    }
}
