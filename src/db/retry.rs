//! What follows from the failure of a transaction: it runs again, or its request gets an error.

use std::time::Duration;

use diesel::result::Error as Failure;
use rand::RngExt as _;

use super::{
    Intent,
    dialect::{self, Fault},
};
use crate::error::Error;

pub(super) const MAX_ATTEMPTS: u32 = 4;
/// Pause before retrying after a lock timeout.
pub(super) const LOCK_RETRY_DELAY: Duration = Duration::from_millis(50);

/// After a constraint violation the work runs again and finds the row that caused it.
/// If the connection broke after COMMIT was sent, the transaction may have been committed, so it must not run again.
pub(super) fn is_retryable(fault: Fault, intent: Intent, sent_commit: bool) -> bool {
    match fault {
        Fault::RolledBack => true,
        Fault::ConstraintViolation => intent == Intent::Write,
        Fault::ConnectionLost => !sent_commit,
        Fault::LockTimeout | Fault::Busy | Fault::DiskFull | Fault::OutOfService | Fault::Bug => false,
    }
}

/// Pause before the next attempt, random so that two transactions in conflict do not meet again. A person who has moved
/// is in conflict with nobody, and need not wait each time because the token names another workspace.
pub(super) fn delay(failure: &Failure, attempts: u32) -> Duration {
    if dialect::is_moved(failure) {
        return Duration::ZERO;
    }
    Duration::from_millis(rand::rng().random_range(1..=20) * u64::from(attempts))
}

/// The error for the request when the transaction does not run again.
pub(super) fn final_error(fault: Fault, failure: Failure) -> Error {
    match fault {
        Fault::RolledBack
        | Fault::ConnectionLost
        | Fault::LockTimeout
        | Fault::Busy
        | Fault::OutOfService => Error::unavailable(failure),
        Fault::DiskFull => Error::DiskFull,
        Fault::ConstraintViolation | Fault::Bug => Error::ours(failure),
    }
}

#[cfg(test)]
mod tests {
    use diesel::result::DatabaseErrorKind;

    use super::*;

    #[test]
    fn only_who_has_moved_begins_again_at_once() {
        let failure = |kind, message: &str| Failure::DatabaseError(kind, Box::new(message.to_owned()));
        for other in [
            failure(DatabaseErrorKind::SerializationFailure, "could not serialize access"),
            failure(DatabaseErrorKind::Unknown, "deadlock detected"),
            failure(DatabaseErrorKind::UniqueViolation, "duplicate key"),
            failure(DatabaseErrorKind::ClosedConnection, "server closed the connection"),
            Failure::NotFound,
        ] {
            assert!(delay(&other, 2) > Duration::ZERO, "{other:?}");
        }
        assert_eq!(delay(&dialect::moved_error(), 2), Duration::ZERO);
    }
}
