//! Bounds what large request bodies cost: their memory, all requests together, and the time to parse them.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, mpsc},
    thread,
};

use tokio::sync::oneshot;

use crate::{
    error::{Error, Result},
    memory_budget::{FreeMemory, Holder, MemoryBudget, Reservation},
    thread_priority,
};

/// Larger bodies are read only for a known caller, and parsed on a thread of their own.
pub const SMALL_BODY_BYTES: usize = 64 * 1024;

/// For all large bodies that are in memory at the same time; one caller may hold half of it.
pub const MAX_BYTES: usize = 32 * 1024 * 1024;

/// Clones share the budget and the thread.
#[derive(Clone)]
pub struct BodyBudget {
    memory: MemoryBudget,
    parser: mpsc::Sender<Work>,
}

type Work = Box<dyn FnOnce() + Send>;

impl BodyBudget {
    pub fn new(free_memory: &Arc<FreeMemory>) -> Self {
        let memory = MemoryBudget::new("large request bodies", MAX_BYTES, MAX_BYTES / 2, free_memory);
        Self { memory, parser: start_parser() }
    }

    /// Reserves nothing yet.
    pub fn reservation(&self, holder: Holder) -> Reservation {
        self.memory.reservation(holder)
    }

    /// Runs `parse` on the one thread for large bodies, so that one of them is parsed at a time. The allocator keeps the
    /// memory that this needs for the same thread; on any thread, it would keep as much for each of them.
    pub async fn parse<T: Send + 'static>(
        &self,
        parse: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (answer, parsed) = oneshot::channel();
        let work = move || {
            if !answer.is_closed() {
                _ = answer.send(parse()); // fails if the client has left meanwhile
            }
        };
        self.parser.send(Box::new(work)).map_err(|gone| Error::ours(gone.to_string()))?;
        parsed.await.map_err(Error::ours)?
    }
}

fn start_parser() -> mpsc::Sender<Work> {
    let (parser, works) = mpsc::channel::<Work>();
    let run = move || {
        thread_priority::lower();
        for work in works {
            // Whoever waits for the answer of a panic gets 500.
            _ = catch_unwind(AssertUnwindSafe(work));
        }
    };
    thread::Builder::new().name("large bodies".into()).spawn(run).expect("a thread");
    parser
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget() -> BodyBudget {
        BodyBudget::new(&Arc::default())
    }

    #[test]
    fn a_caller_may_hold_half() {
        let budget = budget();
        let mut olga = budget.reservation(Holder::Person(1));
        olga.grow_to(MAX_BYTES / 2).unwrap();
        assert!(matches!(olga.grow_to(MAX_BYTES / 2 + 1), Err(Error::Unavailable { .. })));
        budget.reservation(Holder::Workspace(1)).grow_to(MAX_BYTES / 2).unwrap();
    }

    #[tokio::test]
    async fn parses_on_one_thread_which_outlives_a_panic() {
        let budget = budget();
        let first = budget.parse(|| Ok(thread::current().id())).await.unwrap();
        assert_ne!(first, thread::current().id());
        let panicking = budget.parse(|| -> Result<()> { panic!("on purpose") }).await;
        assert!(matches!(panicking, Err(Error::Ours(_))));
        assert_eq!(budget.parse(|| Ok(thread::current().id())).await.unwrap(), first);
    }
}
