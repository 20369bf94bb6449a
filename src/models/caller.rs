//! The caller of `/rest`: a person with a session, or a program with an API key. [`Credentials`] are looked up in the
//! database and become a [`Caller`]: for reading with a [`Viewer`], for writing with a [`Member`], whose workspace is
//! locked.

mod api_key;

pub use self::api_key::{ApiKeyCaller, EXPIRED, INVALID, KeyCredentials};
use crate::{
    clock::Moment,
    db::Conn,
    error::Result,
    idempotency::Sender,
    models::{
        api_key::Scope,
        session::{Member, Session, Viewer},
    },
};

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

#[cfg(test)]
mod tests;
