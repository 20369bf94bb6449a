//! Bounds what large request bodies cost: their memory, all requests together, and the time to parse them.

use std::sync::Arc;

use actix_web::web;
use tokio::sync::Semaphore;

use crate::{
    error::{Error, Result},
    memory_budget::{Holder, MemoryBudget, Reservation},
};

/// Larger bodies are read only for a known caller, and parsed outside the event loop.
pub const SMALL_BODY_BYTES: usize = 64 * 1024;

/// For all large bodies that are in memory at the same time; one caller may hold half of it.
pub const MAX_BYTES: usize = 32 * 1024 * 1024;

/// Clones share the budget.
#[derive(Clone)]
pub struct BodyBudget {
    memory: MemoryBudget,
    parser: Arc<Semaphore>,
}

impl Default for BodyBudget {
    fn default() -> Self {
        let memory = MemoryBudget::new("large request bodies", MAX_BYTES, MAX_BYTES / 2);
        Self { memory, parser: Arc::new(Semaphore::new(1)) }
    }
}

impl BodyBudget {
    /// Reserves nothing yet.
    pub fn reservation(&self, holder: Holder) -> Reservation {
        self.memory.reservation(holder)
    }

    /// Waits for a turn, because only one large body is parsed at a time, then runs `parse` outside the event loop.
    pub async fn parse<T: Send + 'static>(
        &self,
        parse: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turn = Arc::clone(&self.parser).acquire_owned().await.map_err(Error::ours)?;
        let parsed = web::block(move || {
            let parsed = parse();
            drop(turn);
            parsed
        });
        parsed.await.map_err(Error::ours)?
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn a_caller_may_hold_half() {
        let budget = BodyBudget::default();
        let mut olga = budget.reservation(Holder::Person(1));
        olga.grow_to(MAX_BYTES / 2).unwrap();
        assert!(matches!(olga.grow_to(MAX_BYTES / 2 + 1), Err(Error::Unavailable { .. })));
        budget.reservation(Holder::Workspace(1)).grow_to(MAX_BYTES / 2).unwrap();
    }

    #[tokio::test]
    async fn parses_outside_the_event_loop() {
        let parsed_by = BodyBudget::default().parse(|| Ok(thread::current().id())).await.unwrap();
        assert_ne!(parsed_by, thread::current().id());
    }
}
