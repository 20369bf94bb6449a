//! The closures that wait for the writer. Lanes take turns.

use std::{
    ops::{Deref, DerefMut},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use super::{
    Sharing,
    pending_write::{Pending, PendingWrite},
};
use crate::{
    db::{
        Conn, Lane,
        turns::{Turns, closed},
    },
    error::{Error, Result},
};

#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: Turns<Entry>,
    is_closed: bool,
    /// No request can come any more.
    is_ending: bool,
    /// The thread has closed its connection.
    has_ended: bool,
}

/// One closure in the queue or in the group of the writer.
pub(super) struct Entry {
    pending: Box<dyn Pending>,
    place: Arc<Place>,
    pub sharing: Sharing,
    /// How often it has failed.
    pub failures: u32,
}

/// What the request knows of its closure.
pub(super) struct Place {
    lane: Lane,
    is_taken: AtomicBool,
    is_abandoned: AtomicBool,
}

impl Place {
    /// Whether the closure is in the group of the writer.
    pub fn is_taken(&self) -> bool {
        self.is_taken.load(Ordering::Relaxed)
    }

    /// Its request has got an error, so the closure must not be committed.
    pub fn abandon(&self) {
        self.is_abandoned.store(true, Ordering::Relaxed);
    }
}

impl Entry {
    pub fn new<T, F>(pending: PendingWrite<T, F>, lane: Lane, sharing: Sharing) -> Self
    where
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let place = Place { lane, is_taken: AtomicBool::new(false), is_abandoned: AtomicBool::new(false) };
        Self { pending: Box::new(pending), place: Arc::new(place), sharing, failures: 0 }
    }

    pub fn is_abandoned(&self) -> bool {
        self.place.is_abandoned.load(Ordering::Relaxed)
    }

    pub fn answer(self) {
        self.pending.answer();
    }

    pub fn refuse(self, error: Error) {
        self.pending.refuse(error);
    }
}

impl Deref for Entry {
    type Target = dyn Pending;

    fn deref(&self) -> &Self::Target {
        &*self.pending
    }
}

impl DerefMut for Entry {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut *self.pending
    }
}

/// Entries are never dropped under the lock, because a closure may own the last handle of the queue.
impl Queue {
    /// # Errors
    /// 503 if the queue is full or closed.
    pub fn push(&self, entry: Entry) -> Result<Arc<Place>> {
        let place = Arc::clone(&entry.place);
        let mut state = self.lock();
        if state.is_closed {
            return Err(closed());
        }
        state.waiting.expect_room(place.lane)?;
        state.waiting.push(place.lane, entry);
        drop(state);
        self.changed.notify_all();
        Ok(place)
    }

    /// False if it is not in the queue.
    pub fn remove(&self, place: &Arc<Place>) -> bool {
        let mut state = self.lock();
        let removed = state.waiting.remove(place.lane, |entry| Arc::ptr_eq(&entry.place, place));
        drop(state);
        removed.is_some()
    }

    pub fn close(&self) {
        let mut state = self.lock();
        state.is_closed = true;
        let refused = state.waiting.remove_all();
        drop(state);
        refuse_closed(refused);
    }

    /// Ends the thread, and waits for that.
    pub fn end(&self, within: Duration) {
        let mut state = self.lock();
        state.is_ending = true;
        self.changed.notify_all();
        let waited = self.changed.wait_timeout_while(state, within, |state| !state.has_ended);
        drop(waited);
    }

    /// For the thread: waits for an entry. False at the end.
    pub fn wait(&self) -> bool {
        let waits = |state: &mut State| state.waiting.is_empty() && !state.is_ending;
        let waited = self.changed.wait_while(self.lock(), waits);
        !waited.unwrap_or_else(PoisonError::into_inner).waiting.is_empty()
    }

    pub fn note_end(&self) {
        self.lock().has_ended = true;
        self.changed.notify_all();
    }

    pub fn is_empty(&self) -> bool {
        self.lock().waiting.is_empty()
    }

    /// The next entry, for an empty group.
    pub fn take(&self) -> Option<Entry> {
        self.take_if(|_| true)
    }

    /// The next entry that shares a transaction.
    pub fn take_shared(&self) -> Option<Entry> {
        self.take_if(|entry| entry.sharing != Sharing::Alone)
    }

    /// Entries whose closures were rolled back wait again, before all others and in their order, unless nobody waits for
    /// them or the queue is closed.
    pub fn put_back(&self, mut entries: Vec<Entry>) {
        for entry in &mut entries {
            entry.forget();
        }
        let (wanted, unwanted): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.is_wanted());
        let mut state = self.lock();
        if state.is_closed {
            drop(state);
            refuse_closed(wanted);
            return;
        }
        for entry in wanted.into_iter().rev() {
            entry.place.is_taken.store(false, Ordering::Relaxed);
            state.waiting.put_back(entry.place.lane, entry);
        }
        drop(state);
        drop(unwanted);
    }

    fn take_if(&self, condition: impl Fn(&Entry) -> bool) -> Option<Entry> {
        let mut state = self.lock();
        let (_, entry) = state.waiting.take(|_, entry| condition(entry))?;
        entry.place.is_taken.store(true, Ordering::Relaxed);
        Some(entry)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refuse_closed(entries: impl IntoIterator<Item = Entry>) {
    for entry in entries {
        entry.refuse(closed());
    }
}

#[cfg(test)]
mod tests {
    use diesel::{Connection as _, SqliteConnection};
    use tokio::sync::oneshot::{self, Receiver};

    use super::*;

    /// An entry that has run and whose result is shared with the caller.
    fn ran() -> (Entry, Receiver<Result<Arc<()>>>, Arc<()>) {
        let (reply, answer) = oneshot::channel();
        let result = Arc::new(());
        let shared = Arc::clone(&result);
        let mut entry = Entry::new(
            PendingWrite::new(move |_| Ok(Arc::clone(&shared)), reply, None),
            Lane::Service,
            Sharing::Shared,
        );
        let mut conn = Conn::Sqlite(SqliteConnection::establish(":memory:").unwrap());
        entry.run(&mut conn, Arc::default());
        (entry, answer, result)
    }

    #[test]
    fn an_entry_that_waits_again_holds_nothing_of_its_run() {
        let (entry, _answer, result) = ran();
        let before = Arc::strong_count(&result);
        let queue = Queue::default();
        queue.put_back(vec![entry]);
        assert!(!queue.is_empty());
        assert_eq!(Arc::strong_count(&result), before - 1);
    }

    #[test]
    fn an_entry_that_comes_back_to_a_closed_queue_is_refused() {
        let (entry, mut answer, _) = ran();
        let queue = Queue::default();
        queue.close();
        queue.put_back(vec![entry]);
        assert!(queue.is_empty());
        assert!(matches!(answer.try_recv(), Ok(Err(Error::Unavailable { .. }))));
    }
}
