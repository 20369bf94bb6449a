//! Remembers for which new accounts webhooks ask, so that the next request of the same owner has its message at once. What
//! is remembered may be wrong: the database decides.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::db::types::Uuid;

/// More are forgotten, all together.
const MAX_OWNERS: usize = 10_000;

/// A workspace and the user id of the owner, if it is a person.
type Owner = (i64, Option<i64>);

/// By owner, the member that the records of their accounts name. Clones share it.
#[derive(Clone, Default)]
pub struct AskedFor(Arc<Mutex<HashMap<Owner, Option<Uuid>>>>);

impl AskedFor {
    pub fn get(&self, owner: Owner) -> Option<Option<Uuid>> {
        self.owners().get(&owner).copied()
    }

    pub fn note(&self, owner: Owner, member: Option<Uuid>) {
        let mut owners = self.owners();
        if owners.len() >= MAX_OWNERS {
            owners.clear();
        }
        owners.insert(owner, member);
    }

    fn owners(&self) -> MutexGuard<'_, HashMap<Owner, Option<Uuid>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
