//! What becomes of the closures of a transaction that was rolled back: each runs again alone, or its request gets an
//! error.

use std::time::Duration;

use diesel::result::Error as Failure;

use super::{
    Sharing,
    queue::Entry,
    writer::{Undone, Writer},
};
use crate::{
    db::{
        Intent,
        dialect::{self, Fault},
        retry,
        supervision::Observer as _,
    },
    error::Error,
};

impl Writer {
    /// Rolls back, and returns how long to wait before the next transaction.
    pub fn undo(&mut self, mut group: Vec<Entry>, undone: Undone) -> Duration {
        if matches!(undone, Undone::Panicked) {
            // It may be in the middle of anything.
            self.connection = None;
        }
        self.roll_back();
        match undone {
            Undone::Empty | Undone::Abandoned => {}
            Undone::Refused => {
                self.shared.note_progress();
                group.drain(..).for_each(Entry::answer);
            }
            Undone::Panicked => group.pop().map_or((), Entry::answer),
            Undone::Failed(failure) => return self.undo_failed(group, failure),
        }
        self.run_each_alone(group);
        Duration::ZERO
    }

    /// The next closure gets the error, and the others find out for themselves.
    pub fn fail_to_begin(&mut self, error: Error) -> Duration {
        self.roll_back();
        match (self.shared.queue.take(), error) {
            (None, _) => Duration::ZERO,
            (Some(entry), Error::Database(failure)) => self.undo_failed(vec![entry], failure),
            (Some(entry), error) => {
                entry.refuse(error);
                Duration::ZERO
            }
        }
    }

    fn undo_failed(&mut self, mut group: Vec<Entry>, failure: Failure) -> Duration {
        let fault = dialect::classify(&failure);
        let is_lost = matches!(fault, Fault::ConnectionLost | Fault::OutOfService);
        if is_lost {
            self.connection = None;
        }
        if fault == Fault::LockTimeout {
            return self.run_all_again(group, &failure);
        }
        if self.sent_commit && !is_undone(&failure) {
            refuse_all(group, &failure);
            return Duration::ZERO;
        }
        if group.len() > 1 {
            self.run_each_alone(group);
            return Duration::ZERO;
        }
        group.pop().map_or(Duration::ZERO, |entry| self.fail_alone(entry, fault, failure))
    }

    /// Another process has a lock, so that each would wait for it in turn.
    fn run_all_again(&self, mut group: Vec<Entry>, failure: &Failure) -> Duration {
        for entry in &mut group {
            entry.failures += 1;
        }
        let (again, given_up) = group.into_iter().partition(|entry| entry.failures < retry::MAX_ATTEMPTS);
        self.shared.queue.put_back(again);
        refuse_all(given_up, failure);
        retry::LOCK_RETRY_DELAY
    }

    /// The failure of one closure, or their number, must not harm the others.
    fn run_each_alone(&self, mut group: Vec<Entry>) {
        group.retain(|entry| !entry.is_abandoned());
        for entry in &mut group {
            entry.sharing = Sharing::Alone;
        }
        self.shared.queue.put_back(group);
    }

    fn fail_alone(&self, mut entry: Entry, fault: Fault, failure: Failure) -> Duration {
        entry.failures += 1;
        if entry.failures < retry::MAX_ATTEMPTS && retry::is_retryable(fault, Intent::Write, self.sent_commit)
        {
            // Without a pause: no other transaction has run that may have been in conflict.
            self.run_each_alone(vec![entry]);
        } else {
            entry.refuse(retry::final_error(fault, failure));
        }
        Duration::ZERO
    }
}

/// With 503, whether or not it is committed.
fn refuse_all(group: Vec<Entry>, failure: &Failure) {
    for entry in group {
        entry.refuse(Error::unavailable(failure.to_string()));
    }
}

/// Whether a COMMIT that failed so has certainly not been carried out.
fn is_undone(failure: &Failure) -> bool {
    // SQLite may have ended the transaction before.
    matches!(failure, Failure::NotInTransaction)
        || matches!(dialect::classify(failure), Fault::ConstraintViolation | Fault::DiskFull)
}

#[cfg(test)]
mod tests {
    use diesel::result::DatabaseErrorKind;

    use super::*;

    fn failure(kind: DatabaseErrorKind, message: &str) -> Failure {
        Failure::DatabaseError(kind, Box::new(message.to_owned()))
    }

    #[test]
    fn only_a_commit_that_certainly_failed_is_undone() {
        for (failure, expected) in [
            (failure(DatabaseErrorKind::ForeignKeyViolation, "FOREIGN KEY constraint failed"), true),
            (failure(DatabaseErrorKind::Unknown, "database or disk is full"), true),
            (Failure::NotInTransaction, true),
            (failure(DatabaseErrorKind::Unknown, "disk I/O error"), false),
            (failure(DatabaseErrorKind::Unknown, "something new"), false),
            (Failure::BrokenTransactionManager, false),
        ] {
            assert_eq!(is_undone(&failure), expected, "{failure}");
        }
    }
}
