//! The caller of `/rest`: a person with a session, or a program with an API key. [`Credentials`] are looked up in the
//! database and become a [`Caller`]: for reading with a [`Viewer`], for writing with a [`Member`], whose workspace is
//! locked.

use diesel::prelude::*;

use crate::{
    clock::Moment,
    crypto::api_key::KeyText,
    db::{Conn, FirstLock, dialect, types::Uuid},
    error::{Error, Result},
    idempotency::Sender,
    memory_budget::Holder,
    models::{
        api_key::{ApiKey, Scope},
        event,
        session::{Member, Session, TOUCH_INTERVAL, Viewer},
    },
    prepared,
    schema::api_keys,
};

/// The error for a malformed or unknown key.
pub const INVALID: &str = "Token invalid.";
pub const EXPIRED: &str = "Token has expired.";
const REVOKED: &str = "This API Key is revoked";

/// A well-formed key or a valid token, with the time of the request. Only the database knows whether the key or the
/// session still exists.
#[derive(Debug, Clone)]
pub enum Credentials {
    Key(KeyCredentials),
    Session(Session),
}

#[derive(Debug, Clone)]
pub enum Caller<P = Viewer> {
    Key(ApiKeyCaller),
    Person(P),
}

/// A caller whose workspace is locked for this transaction.
pub type LockedCaller = Caller<Member>;

impl Credentials {
    /// The workspace of the request, unless its person has moved; `None` if a session's token does not say it.
    pub fn first_lock(&self) -> Option<FirstLock> {
        match self {
            Self::Key(key) => Some(FirstLock::Workspace(key.text.workspace_id())),
            Self::Session(session) => session.first_lock(),
        }
    }

    /// Loads the caller for reading.
    pub fn load_caller(&self, conn: &mut Conn) -> Result<Caller> {
        match self {
            Self::Key(key) => key.load(conn).map(Caller::Key),
            Self::Session(session) => session.viewer(conn).map(Caller::Person),
        }
    }

    /// Loads the caller for writing. Locks the workspace before it reads anything.
    pub fn load_locked_caller(&self, conn: &mut Conn) -> Result<LockedCaller> {
        match self {
            Self::Key(key) => key.load_locked(conn).map(Caller::Key),
            Self::Session(session) => session.member(conn).map(Caller::Person),
        }
    }
}

impl<P: AsRef<Viewer>> Caller<P> {
    pub fn workspace_id(&self) -> i64 {
        match self {
            Self::Key(key) => key.workspace_id,
            Self::Person(person) => person.as_ref().workspace_id,
        }
    }

    pub fn now(&self) -> Moment {
        match self {
            Self::Key(key) => key.now,
            Self::Person(person) => person.as_ref().now,
        }
    }

    /// The owner of the request's `Idempotency-Key`.
    pub fn sender(&self) -> Sender {
        match self {
            Self::Key(key) => Sender::api_key(key.workspace_id, key.key_id, key.now),
            Self::Person(person) => person.as_ref().sender(),
        }
    }

    /// Whose share of the memory the request uses.
    pub fn memory_holder(&self) -> Holder {
        match self {
            Self::Key(key) => Holder::Workspace(key.workspace_id),
            Self::Person(person) => Holder::Person(person.as_ref().user_id),
        }
    }

    pub fn may_read(&self) -> bool {
        self.is_person_or_has(Scope::Read)
    }

    pub fn may_write(&self) -> bool {
        self.is_person_or_has(Scope::Write)
    }

    /// Whether the caller may read tokens of workspace accounts. Only its owner may read those of a personal account.
    pub fn may_read_tokens(&self) -> bool {
        self.is_admin_or_has(Scope::Tokens)
    }

    /// Whether the caller may change members, keys and webhooks.
    pub fn is_admin(&self) -> bool {
        self.is_admin_or_has(Scope::Admin)
    }

    fn is_person_or_has(&self, scope: Scope) -> bool {
        match self {
            Self::Key(key) => key.has(scope),
            Self::Person(_) => true,
        }
    }

    fn is_admin_or_has(&self, scope: Scope) -> bool {
        match self {
            Self::Key(key) => key.has(scope),
            Self::Person(person) => person.as_ref().is_admin(),
        }
    }
}

impl Caller {
    /// Whether the recorded last use is so old that this use has to be recorded.
    pub fn is_use_due(&self) -> bool {
        match self {
            Self::Key(key) => key.is_use_due(),
            Self::Person(viewer) => viewer.is_use_due(),
        }
    }

    /// Records this use.
    pub fn record_use(&self, conn: &mut Conn) -> Result<()> {
        match self {
            Self::Key(key) => key.record_use(conn),
            Self::Person(viewer) => viewer.record_use(conn),
        }
    }
}

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
    fn load(&self, conn: &mut Conn) -> Result<ApiKeyCaller> {
        let key: ApiKey = api_keys::table
            .filter(api_keys::workspace_id.eq(self.text.workspace_id()))
            .filter(api_keys::digest.eq(Some(self.text.digest())))
            .select(ApiKey::columns())
            .get_result(conn)
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
    fn load_locked(&self, conn: &mut Conn) -> Result<ApiKeyCaller> {
        dialect::lock_workspace(conn, self.text.workspace_id())?;
        let caller = self.load(conn)?;
        event::act_as_key(&caller.name, self.now);
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

    fn is_use_due(&self) -> bool {
        self.last_used_at.is_none_or(|last| self.now - last >= TOUCH_INTERVAL)
    }

    fn record_use(&self, conn: &mut Conn) -> Result<()> {
        prepared!(
            diesel::update(api_keys::table.find((self.workspace_id, self.key_id)))
                .set(api_keys::last_used_at.eq(Some(self.now)))
        )
        .execute(conn)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
