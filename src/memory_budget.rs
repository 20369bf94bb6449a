//! Bounds the memory that requests hold together, and the share that one caller may hold of it.

mod free_memory;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub use self::free_memory::FreeMemory;
use crate::error::{Error, Result};

/// Clones share the budget.
#[derive(Clone)]
pub struct MemoryBudget(Arc<Limits>);

struct Limits {
    /// For error messages.
    purpose: &'static str,
    total: usize,
    per_caller: usize,
    free_memory: Arc<FreeMemory>,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    total: usize,
    by_caller: HashMap<Holder, usize>,
}

/// Whose share is used: a person's, or that of all API keys of a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holder {
    Person(i64),
    Workspace(i64),
}

/// Memory that is held for one request; returned to the budget on drop.
pub struct Reservation {
    budget: MemoryBudget,
    holder: Holder,
    bytes: usize,
}

impl MemoryBudget {
    /// `total` and `per_caller` are bytes.
    pub fn new(
        purpose: &'static str,
        total: usize,
        per_caller: usize,
        free_memory: &Arc<FreeMemory>,
    ) -> Self {
        let free_memory = Arc::clone(free_memory);
        Self(Arc::new(Limits { purpose, total, per_caller, free_memory, held: Mutex::default() }))
    }

    /// Reserves nothing yet.
    pub fn reservation(&self, holder: Holder) -> Reservation {
        Reservation { budget: self.clone(), holder, bytes: 0 }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reservation {
    /// # Errors
    /// 503 if the budget or the caller's share does not have so many bytes, or if memory is scarce; the reservation stays
    /// as it was.
    pub fn grow_to(&mut self, bytes: usize) -> Result<()> {
        let more = bytes.saturating_sub(self.bytes);
        let MemoryBudget(limits) = &self.budget;
        if more > 0 && !limits.free_memory.take(more) {
            return Err(Error::unavailable("little memory is free; see min_free_memory_mb"));
        }
        let mut held = self.budget.held();
        let by_caller = held.by_caller.get(&self.holder).copied().unwrap_or_default();
        let is_too_much = held.total + more > limits.total || by_caller + more > limits.per_caller;
        if more > 0 && is_too_much {
            return Err(Error::unavailable(format!("{} take all the memory they may", limits.purpose)));
        }
        held.add(self.holder, more);
        self.bytes += more;
        Ok(())
    }

    /// Grows beyond the limits if necessary, for what cannot be refused any more.
    pub fn grow_anyway(&mut self, bytes: usize) {
        let more = bytes.saturating_sub(self.bytes);
        self.budget.held().add(self.holder, more);
        self.bytes += more;
    }

    pub fn shrink_to(&mut self, bytes: usize) {
        let less = self.bytes.saturating_sub(bytes);
        self.budget.held().remove(self.holder, less);
        self.bytes -= less;
    }
}

impl Held {
    fn add(&mut self, holder: Holder, bytes: usize) {
        self.total += bytes;
        *self.by_caller.entry(holder).or_default() += bytes;
    }

    /// Forgets callers that hold nothing.
    fn remove(&mut self, holder: Holder, bytes: usize) {
        self.total -= bytes;
        if let Some(held) = self.by_caller.get_mut(&holder) {
            *held -= bytes;
            if *held == 0 {
                self.by_caller.remove(&holder);
            }
        }
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.shrink_to(0);
    }
}

impl fmt::Debug for Reservation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reservation({:?}, {} bytes)", self.holder, self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLGA: Holder = Holder::Person(1);
    const SCHOOL: Holder = Holder::Workspace(1);

    fn budget() -> MemoryBudget {
        MemoryBudget::new("tests", 100, 60, &Arc::default())
    }

    fn reserve(budget: &MemoryBudget, holder: Holder, bytes: usize) -> Option<Reservation> {
        let mut reservation = budget.reservation(holder);
        reservation.grow_to(bytes).ok().map(|()| reservation)
    }

    #[test]
    fn a_caller_has_a_share_and_all_have_one_budget() {
        let budget = budget();
        let _first = reserve(&budget, OLGA, 60).unwrap();
        assert!(reserve(&budget, OLGA, 1).is_none());
        let mut second = reserve(&budget, SCHOOL, 40).unwrap();
        assert!(matches!(second.grow_to(41), Err(Error::Unavailable { .. })));
        assert!(reserve(&budget, Holder::Person(2), 1).is_none());
    }

    #[test]
    fn what_is_returned_is_free_again() {
        let budget = budget();
        let mut held = reserve(&budget, OLGA, 60).unwrap();
        held.shrink_to(20);
        drop(reserve(&budget, OLGA, 40).unwrap());
        drop(held);
        budget.reservation(OLGA).grow_anyway(1_000);
        drop(reserve(&budget, OLGA, 60).unwrap());
        assert!(budget.held().by_caller.is_empty());
        assert_eq!(budget.held().total, 0);
    }

    #[test]
    fn nothing_is_reserved_while_memory_is_scarce() {
        let budget = MemoryBudget::new("tests", 100, 60, &Arc::new(FreeMemory::new(u64::MAX)));
        assert!(reserve(&budget, OLGA, 1).is_none());
        assert!(reserve(&budget, OLGA, 0).is_some());
    }

    #[test]
    fn what_is_reserved_anyway_counts() {
        let budget = budget();
        let mut anyway = budget.reservation(OLGA);
        anyway.grow_anyway(1_000);
        assert!(reserve(&budget, SCHOOL, 1).is_none());
    }
}
