//! A create that carries an `Idempotency-Key` happens once: the answer is kept in the transaction that wrote, and the
//! same request of the same caller is answered with it again. Whoever comes while it is being written waits for the
//! workspace's lock, and finds the answer there.

use chrono::TimeDelta;
use diesel::prelude::*;
use secrecy::ExposeSecret as _;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{
    clock::Moment,
    crypto::{
        self,
        seal::{Place, Sealed},
    },
    db::Conn,
    error::{Error, Result},
    models::{session::Viewer, vault::Vault},
    schema::idempotency_keys,
};

/// How long an answer is kept.
const KEPT_FOR: TimeDelta = TimeDelta::hours(24);
/// The largest answer that is kept, in bytes.
const LARGEST: usize = 16 * 1024 * 1024;
const TOO_LARGE: &str = "The answer is larger than the 16 MB that are kept for an Idempotency-Key. Ask for less with depth, or leave the key out.";
const OF_ANOTHER_REQUEST: &str =
    "This Idempotency-Key came with another request before. Send the same request, or another key.";

/// A key, and the request it came with.
#[derive(Debug, Clone)]
pub struct Attempt {
    pub key: String,
    /// Of the URL and the parameters.
    pub fingerprint: String,
}

/// Who made it, where.
#[derive(Debug, Clone)]
pub struct Author {
    pub workspace_id: i64,
    /// `user/7` or `key/…`: nobody is answered what was another's.
    pub caller: String,
    pub now: Moment,
}

impl Author {
    pub fn person(viewer: &Viewer) -> Self {
        Self { workspace_id: viewer.workspace_id, caller: person(viewer.user_id), now: viewer.now }
    }
}

fn person(user_id: i64) -> String {
    format!("user/{user_id}")
}

/// An answer as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Attempt {
    /// The answer this attempt had before. The workspace is locked.
    pub fn earlier(&self, conn: &mut Conn, vault: &Vault, author: &Author) -> Result<Option<Kept>> {
        let row: Option<(String, i32, String)> = idempotency_keys::table
            .find((author.workspace_id, &author.caller, &self.key))
            .filter(idempotency_keys::expires_at.gt(author.now))
            .select((idempotency_keys::fingerprint, idempotency_keys::status, idempotency_keys::answer))
            .get_result(conn)
            .optional()?;
        let Some((fingerprint, status, answer)) = row else { return Ok(None) };
        if fingerprint != self.fingerprint {
            return Err(Error::invalid("Idempotency-Key", "taken", OF_ANOTHER_REQUEST));
        }
        let sealed = Sealed::parse(&answer).map_err(Error::ours)?;
        let open = vault.ring().open(&self.place(author), &sealed).map_err(Error::ours)?;
        let status = status.try_into().map_err(Error::ours)?;
        Ok(Some(Kept { status, body: open.expose_secret().as_bytes().to_vec() }))
    }

    /// Keeps the answer for the next time.
    pub fn keep(&self, conn: &mut Conn, vault: &Vault, author: &Author, kept: &Kept) -> Result<()> {
        if kept.body.len() > LARGEST {
            return Err(Error::invalid("Idempotency-Key", "too_large", TOO_LARGE));
        }
        let body = str::from_utf8(&kept.body).map_err(Error::ours)?;
        let row = idempotency_keys::table.find((author.workspace_id, &author.caller, &self.key));
        diesel::delete(row).execute(conn)?;
        diesel::insert_into(idempotency_keys::table)
            .values((
                idempotency_keys::workspace_id.eq(author.workspace_id),
                idempotency_keys::caller.eq(&author.caller),
                idempotency_keys::key.eq(&self.key),
                idempotency_keys::fingerprint.eq(&self.fingerprint),
                idempotency_keys::status.eq(i32::from(kept.status)),
                idempotency_keys::answer.eq(vault.ring().seal(&self.place(author), body).as_str()),
                idempotency_keys::expires_at.eq(author.now + KEPT_FOR),
            ))
            .execute(conn)?;
        Ok(())
    }

    /// A row has no id of its own; what names it says where it is sealed.
    fn place(&self, author: &Author) -> Place {
        let digest = Sha256::digest(format!("{}\n{}", author.caller, self.key));
        let mut row = [0; 16];
        row.copy_from_slice(&digest[..16]);
        Place {
            table: "idempotency_keys",
            column: "answer",
            row: Uuid::from_bytes(row),
            workspace: author.workspace_id,
        }
    }
}

/// What tells two requests with the same key apart.
pub fn fingerprint(parts: &[&[u8]]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.len().to_le_bytes());
        digest.update(part);
    }
    crypto::hex(&digest.finalize())
}

/// Forgets what somebody was answered in a workspace.
pub fn forget_person(conn: &mut Conn, workspace_id: i64, user_id: i64) -> Result<()> {
    let theirs = idempotency_keys::table
        .filter(idempotency_keys::workspace_id.eq(workspace_id))
        .filter(idempotency_keys::caller.eq(person(user_id)));
    diesel::delete(theirs).execute(conn)?;
    Ok(())
}

/// Forgets the answers nobody will be given again.
pub fn forget_expired(conn: &mut Conn, now: Moment) -> Result<usize> {
    Ok(diesel::delete(idempotency_keys::table.filter(idempotency_keys::expires_at.lt(now))).execute(conn)?)
}
