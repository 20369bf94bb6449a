//! A create with an `Idempotency-Key` runs once: its response is stored in the same transaction, and replayed if the
//! same sender repeats the request. A repeat that arrives while the first request runs waits for the workspace's lock,
//! then finds the stored response. See `spec/decisions/0011`.

mod sorted;
mod stored;

use std::io;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

pub use self::{
    sorted::Sorted,
    stored::{MAX_BODY_BYTES, Stored, StoredResponse, delete_expired, delete_of_person, row_id},
};
use crate::{
    clock::Moment,
    crypto::key_ring::KeyRing,
    db::{Conn, types::Uuid},
    error::{Error, Result},
};

/// An idempotency key with a digest of its request.
#[derive(Debug, Clone)]
pub struct KeyedRequest {
    key: String,
    /// SHA-256 of the request; stored sealed, it detects a key that is reused for a different request.
    digest: [u8; 32],
}

/// Who sends a key. Keys of different senders are independent of each other.
#[derive(Debug, Clone)]
pub struct Sender {
    workspace_id: i64,
    /// `user/<user id>` or `key/<API key's id>`.
    name: String,
    now: Moment,
}

/// What to do with a create.
#[derive(Debug)]
pub enum Next<'a> {
    /// Run it, and store its response in the slot.
    Run(Slot<'a>),
    Replay(Stored),
}

/// Where the response of a create is stored; nowhere, if the request has no key.
#[derive(Debug)]
pub struct Slot<'a>(Option<(&'a KeyedRequest, &'a Sender)>);

/// Decides whether a create runs. The sender's workspace must be locked.
pub fn next<'a>(
    conn: &mut Conn,
    ring: &KeyRing,
    request: Option<&'a KeyedRequest>,
    sender: &'a Sender,
) -> Result<Next<'a>> {
    let Some(request) = request else { return Ok(Next::Run(Slot(None))) };
    Ok(match stored::load(conn, ring, request, sender)? {
        Some(stored) => Next::Replay(stored),
        None => Next::Run(Slot(Some((request, sender)))),
    })
}

impl Slot<'_> {
    /// Stores the response; `response` is called only if the request has a key.
    pub fn store(
        self,
        conn: &mut Conn,
        ring: &KeyRing,
        response: impl FnOnce(&mut Conn) -> Result<Stored>,
    ) -> Result<()> {
        let Some((request, sender)) = self.0 else { return Ok(()) };
        let response = response(conn)?;
        stored::insert(conn, ring, request, sender, &response)
    }
}

impl KeyedRequest {
    /// Requests with the same URL and body count as the same. The body is written as JSON, twice and without a copy.
    pub fn new(key: String, url: &str, body: &impl Serialize) -> Result<Self> {
        let mut length = Length(0);
        serde_json::to_writer(&mut length, body).map_err(Error::ours)?;
        let mut digest = Digest(Sha256::new());
        digest.0.update(url.len().to_le_bytes());
        digest.0.update(url);
        digest.0.update(length.0.to_le_bytes());
        serde_json::to_writer(&mut digest, body).map_err(Error::ours)?;
        Ok(Self { key, digest: digest.0.finalize().into() })
    }
}

/// Counts the bytes that are written.
struct Length(usize);

impl io::Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Hashes the bytes that are written.
struct Digest(Sha256);

impl io::Write for Digest {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
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
