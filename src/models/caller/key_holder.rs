//! A program that came in with a key, and what the key allows.

use diesel::prelude::*;

use crate::{
    clock::Moment,
    crypto::api_key::KeyText,
    db::{Conn, dialect, types::Uuid},
    error::{Error, Result},
    models::{
        api_key::{ApiKey, Scope},
        session::TOUCH_EVERY,
    },
    schema::api_keys,
};

/// Of a bearer that is wrong in itself, or that names nothing.
pub const INVALID: &str = "Token invalid.";
pub const EXPIRED: &str = "Token has expired.";
const REVOKED: &str = "This API Key is revoked";

/// A whole key, at the moment of the request.
#[derive(Debug, Clone)]
pub struct PresentedKey {
    pub text: KeyText,
    pub now: Moment,
}

#[derive(Debug, Clone)]
pub struct KeyHolder {
    pub workspace_id: i64,
    pub key_id: Uuid,
    pub name: String,
    pub scopes: Vec<Scope>,
    /// Whoever made the key, while they are in the workspace.
    pub created_by: Option<i64>,
    /// When the use of the key was last written down.
    pub last_used_at: Option<Moment>,
    pub now: Moment,
}

impl PresentedKey {
    pub(super) fn holder(&self, conn: &mut Conn) -> Result<KeyHolder> {
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
        Ok(KeyHolder::new(key, self.now))
    }

    /// A key stays in its workspace, so the lock is the right one whenever it comes.
    pub(super) fn holder_locked(&self, conn: &mut Conn) -> Result<KeyHolder> {
        dialect::lock_workspaces(conn, vec![self.text.workspace_id()])?;
        let holder = self.holder(conn)?;
        if holder.is_due() {
            holder.touch(conn)?;
        }
        Ok(holder)
    }
}

impl KeyHolder {
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

    pub(super) fn is_due(&self) -> bool {
        self.last_used_at.is_none_or(|last| self.now - last >= TOUCH_EVERY)
    }

    pub(super) fn touch(&self, conn: &mut Conn) -> Result<()> {
        diesel::update(api_keys::table.find((self.workspace_id, self.key_id)))
            .set(api_keys::last_used_at.eq(Some(self.now)))
            .execute(conn)?;
        Ok(())
    }
}
