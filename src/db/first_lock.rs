//! The workspace that a write locks when it begins. The lock is part of the text of BEGIN, so that it takes no round trip
//! of its own.

use std::cell::Cell;

use super::{dialect::MOVED, types::Uuid};
use crate::clock::Moment;

thread_local! {
    static CURRENT: Cell<Option<i64>> = const { Cell::new(None) };
}

/// The workspace that a write probably needs.
#[derive(Debug, Clone, Copy)]
pub enum FirstLock {
    /// This one.
    Workspace(i64),
    /// The one that the token of a session names, if the person is still there and the session has not ended. Otherwise
    /// nothing is locked, and BEGIN fails.
    OfSession { workspace_id: i64, user_id: i64, session: Uuid, used_after: Moment },
}

impl FirstLock {
    pub(super) fn workspace_id(self) -> i64 {
        match self {
            Self::Workspace(id) | Self::OfSession { workspace_id: id, .. } => id,
        }
    }

    /// For PostgreSQL. No text in it comes from a request.
    pub(super) fn sql(self) -> String {
        match self {
            Self::Workspace(id) => format!("SELECT FROM workspaces WHERE id = {id} FOR NO KEY UPDATE"),
            Self::OfSession { workspace_id, user_id, session: Uuid(session), used_after } => format!(
                "DO $$ BEGIN \
                 PERFORM id FROM workspaces WHERE id = {workspace_id} AND EXISTS ( \
                 SELECT FROM users JOIN sessions ON sessions.user_id = users.id \
                 WHERE users.id = {user_id} AND users.workspace_id = {workspace_id} \
                 AND sessions.uuid = '{session}' AND sessions.last_used_at > '{used_after}') \
                 FOR NO KEY UPDATE; \
                 IF NOT FOUND THEN RAISE serialization_failure USING MESSAGE = '{MOVED}'; END IF; \
                 END $$"
            ),
        }
    }
}

/// The lock counts until this is dropped, when the transaction has ended.
pub(super) struct Held;

impl Held {
    pub fn note(first_lock: Option<FirstLock>) -> Self {
        CURRENT.set(first_lock.map(FirstLock::workspace_id));
        Self
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        CURRENT.set(None);
    }
}

pub(super) fn current() -> Option<i64> {
    CURRENT.get()
}
