//! A create that carries an `Idempotency-Key` runs once: its response is stored in the transaction that writes, and
//! the same request of the same sender gets it again. A request that arrives while the first one runs waits for the
//! workspace's lock, and finds the response there. See `spec/decisions/0011`.

mod stored;

use sha2::{Digest as _, Sha256};

pub use self::stored::{StoredResponse, forget_expired, forget_person};
use crate::{
    clock::Moment,
    crypto::key_ring::KeyRing,
    db::{Conn, types::Uuid},
    error::Result,
};

/// A key, and the request it was sent with.
#[derive(Debug, Clone)]
pub struct KeyedRequest {
    key: String,
    /// Tells two requests with the same key apart.
    fingerprint: String,
}

/// Whose keys they are: another sender's key of the same name is another key.
#[derive(Debug, Clone)]
pub struct Sender {
    workspace_id: i64,
    /// `user/7` or `key/…`
    name: String,
    now: Moment,
}

/// What to do with a create.
#[derive(Debug)]
pub enum Next<'a> {
    /// Run it, and store its response in the slot.
    Run(Slot<'a>),
    /// Answer what was answered before.
    Replay(StoredResponse),
}

/// Where the response of a create is stored; nowhere, if the request has no key.
#[derive(Debug)]
pub struct Slot<'a>(Option<(&'a KeyedRequest, &'a Sender)>);

/// Decides about a create. The sender's workspace is locked.
pub fn next<'a>(
    conn: &mut Conn,
    ring: &KeyRing,
    request: Option<&'a KeyedRequest>,
    sender: &'a Sender,
) -> Result<Next<'a>> {
    let Some(request) = request else { return Ok(Next::Run(Slot(None))) };
    Ok(match stored::load(conn, ring, request, sender)? {
        Some(response) => Next::Replay(response),
        None => Next::Run(Slot(Some((request, sender)))),
    })
}

impl Slot<'_> {
    /// Stores the response; makes it only if it is stored.
    pub fn store(
        self,
        conn: &mut Conn,
        ring: &KeyRing,
        response: impl FnOnce(&mut Conn) -> Result<StoredResponse>,
    ) -> Result<()> {
        let Some((request, sender)) = self.0 else { return Ok(()) };
        let response = response(conn)?;
        stored::insert(conn, ring, request, sender, &response)
    }
}

impl KeyedRequest {
    /// `parts` are what makes two requests the same: the URL, the parameters.
    pub fn new(key: String, parts: &[&[u8]]) -> Self {
        let mut digest = Sha256::new();
        for part in parts {
            digest.update(part.len().to_le_bytes());
            digest.update(part);
        }
        Self { key, fingerprint: hex::encode(digest.finalize()) }
    }
}

impl Sender {
    pub fn person(workspace_id: i64, user_id: i64, now: Moment) -> Self {
        Self { workspace_id, name: person_name(user_id), now }
    }

    pub fn api_key(workspace_id: i64, key_id: Uuid, now: Moment) -> Self {
        Self { workspace_id, name: format!("key/{}", key_id.0), now }
    }
}

fn person_name(user_id: i64) -> String {
    format!("user/{user_id}")
}
