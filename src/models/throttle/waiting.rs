//! Attempts that passed the first check and wait for a hashing thread before they are recorded. If they did not count, all
//! that arrive at once would wait, and most only to be refused then.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The waiting attempts of this process. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct WaitingAttempts(Arc<Mutex<HashMap<String, usize>>>);

/// One of them, until it ends or is dropped.
#[derive(Debug)]
pub struct WaitingAttempt {
    /// Without a key, or after its end, the attempt counts nowhere.
    key: Mutex<Option<String>>,
    count: usize,
    all: WaitingAttempts,
}

impl WaitingAttempts {
    pub(super) fn enter(&self, key: Option<String>) -> WaitingAttempt {
        let count = key.clone().map_or(1, |key| {
            let mut counts = self.lock();
            let count = counts.entry(key).or_default();
            *count += 1;
            *count
        });
        WaitingAttempt { key: Mutex::new(key), count, all: self.clone() }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl WaitingAttempt {
    /// The attempts with the same key when this one came, itself included.
    pub fn count(&self) -> usize {
        self.count
    }

    /// It does not count any more, because it is recorded.
    pub fn end(&self) {
        let Some(key) = self.key.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
        let mut counts = self.all.lock();
        if let Some(count) = counts.get_mut(&key) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&key);
            }
        }
    }
}

impl Drop for WaitingAttempt {
    fn drop(&mut self) {
        self.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_those_that_wait_and_forgets_the_others() {
        let all = WaitingAttempts::default();
        let enter = |key: &str| all.enter(Some(key.to_owned()));
        let first = enter("olga");
        let second = enter("olga");
        assert_eq!((first.count(), second.count(), enter("jane").count()), (1, 2, 1));
        first.end();
        first.end();
        assert_eq!(enter("olga").count(), 2);
        drop(second);
        assert!(all.lock().is_empty());
    }

    #[test]
    fn an_attempt_without_a_key_counts_by_itself() {
        let all = WaitingAttempts::default();
        let _first = all.enter(None);
        assert_eq!(all.enter(None).count(), 1);
    }
}
