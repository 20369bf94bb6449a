//! Bounds what large request bodies cost: their memory, all requests together, and the time to parse them.

use std::sync::Arc;

use actix_web::web;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Error, Result};

/// Larger bodies are read only for a known caller, and parsed outside the event loop.
pub const SMALL_BODY_BYTES: usize = 64 * 1024;

/// For all large bodies that are in memory at the same time.
const MAX_BYTES: usize = 32 * 1024 * 1024;
/// Memory is reserved in units of this size.
const UNIT_BYTES: usize = 1024;

/// Clones share the budget.
#[derive(Clone)]
pub struct BodyBudget {
    units: Arc<Semaphore>,
    parser: Arc<Semaphore>,
}

/// Memory that one request may use; returned to the budget on drop.
pub struct Reservation {
    budget: BodyBudget,
    permit: Option<OwnedSemaphorePermit>,
}

impl Default for BodyBudget {
    fn default() -> Self {
        Self { units: Arc::new(Semaphore::new(MAX_BYTES / UNIT_BYTES)), parser: Arc::new(Semaphore::new(1)) }
    }
}

impl BodyBudget {
    pub fn reservation(&self) -> Reservation {
        Reservation { budget: self.clone(), permit: None }
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

impl Reservation {
    /// Grows to this many bytes; 503 if the budget does not have them.
    pub fn grow_to(&mut self, bytes: usize) -> Result<()> {
        let held = self.permit.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let missing = bytes.div_ceil(UNIT_BYTES).saturating_sub(held);
        let missing = u32::try_from(missing).map_err(Error::ours)?;
        let more = Arc::clone(&self.budget.units)
            .try_acquire_many_owned(missing)
            .map_err(|_| Error::unavailable("large request bodies take all the memory they may"))?;
        match &mut self.permit {
            Some(permit) => permit.merge(more),
            None => self.permit = Some(more),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_requests_share_one_budget() {
        let budget = BodyBudget::default();
        let (mut first, mut second) = (budget.reservation(), budget.reservation());
        first.grow_to(MAX_BYTES / 2).unwrap();
        first.grow_to(MAX_BYTES / 2).unwrap();
        second.grow_to(MAX_BYTES / 2).unwrap();
        assert!(matches!(second.grow_to(MAX_BYTES / 2 + 1), Err(Error::Unavailable { .. })));
        drop(first);
        second.grow_to(MAX_BYTES).unwrap();
    }
}
