//! A caller with an API key: checks the key and records its use.

use diesel::prelude::*;

use crate::{
    clock::Moment,
    crypto::api_key::KeyText,
    db::{Conn, dialect, types::Uuid},
    error::{Error, Result},
    models::{
        api_key::{ApiKey, Scope},
        session::TOUCH_INTERVAL,
    },
    schema::api_keys,
};

/// The error for a malformed or unknown key.
pub const INVALID: &str = "Token invalid.";
pub const EXPIRED: &str = "Token has expired.";
const REVOKED: &str = "This API Key is revoked";

/// A well-formed key that was sent, and when. It may be unknown, revoked or expired.
#[derive(Debug, Clone)]
pub struct KeyCredentials {
    pub text: KeyText,
    pub now: Moment,
}

#[derive(Debug, Clone)]
pub struct ApiKeyCaller {
    pub workspace_id: i64,
    pub key_id: Uuid,
    pub name: String,
    pub scopes: Vec<Scope>,
    /// The person who created the key; `None` once they have left the workspace.
    pub created_by: Option<i64>,
    /// The last recorded use. Uses are recorded at most once an hour.
    pub last_used_at: Option<Moment>,
    pub now: Moment,
}

impl KeyCredentials {
    pub(super) fn load(&self, conn: &mut Conn) -> Result<ApiKeyCaller> {
        let key: ApiKey = api_keys::table
            .filter(api_keys::workspace_id.eq(self.text.workspace_id()))
            .filter(api_keys::digest.eq(Some(self.text.digest())))
            .select(ApiKey::columns())
            .first(conn)
            .optional()?
            .ok_or(Error::Unauthenticated(INVALID))?;
        if key.revoked_at.is_some() {
            return Err(Error::Unauthenticated(REVOKED));
        }
        if key.has_expired(self.now) {
            return Err(Error::Unauthenticated(EXPIRED));
        }
        Ok(ApiKeyCaller::new(key, self.now))
    }

    /// Locks the key's workspace first. A key never changes its workspace, so the lock is always the right one.
    pub(super) fn load_locked(&self, conn: &mut Conn) -> Result<ApiKeyCaller> {
        dialect::lock_workspaces(conn, vec![self.text.workspace_id()])?;
        let caller = self.load(conn)?;
        if caller.is_use_due() {
            caller.record_use(conn)?;
        }
        Ok(caller)
    }
}

impl ApiKeyCaller {
    fn new(key: ApiKey, now: Moment) -> Self {
        Self {
            workspace_id: key.workspace_id,
            key_id: key.id,
            scopes: key.scopes(),
            name: key.name,
            created_by: key.created_by,
            last_used_at: key.last_used_at,
            now,
        }
    }

    pub fn has(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }

    pub(super) fn is_use_due(&self) -> bool {
        self.last_used_at.is_none_or(|last| self.now - last >= TOUCH_INTERVAL)
    }

    pub(super) fn record_use(&self, conn: &mut Conn) -> Result<()> {
        diesel::update(api_keys::table.find((self.workspace_id, self.key_id)))
            .set(api_keys::last_used_at.eq(Some(self.now)))
            .execute(conn)?;
        Ok(())
    }
}
