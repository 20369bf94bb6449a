//! The stored responses, sealed and kept for 24 hours.

use std::borrow::Cow;

use chrono::TimeDelta;
use diesel::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use super::{KeyedRequest, Sender, person_name};
use crate::{
    clock::Moment,
    crypto::{
        key_ring::KeyRing,
        seal::{Place, Sealed},
    },
    db::Conn,
    error::{Error, Result},
    schema::{idempotency_keys, workspaces},
};

const LIFETIME: TimeDelta = TimeDelta::hours(24);
/// The largest body of `/rest` that is stored. Of a larger response, only the ids of its records are. A response of V4
/// is hardly larger than its request, which has 64 KB at most.
pub const MAX_BODY_BYTES: usize = 64 * 1024;
const KEY_OF_ANOTHER_REQUEST: &str =
    "This Idempotency-Key came with another request before. Send the same request, or another key.";
const DAMAGED_ANSWER: &str = "The first request with this Idempotency-Key was carried out, but its stored answer is damaged. Look for what it created before you send it again with another key.";

/// The status and the body of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredResponse {
    pub status: u16,
    pub body: Vec<u8>,
}

/// What is stored of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stored {
    Whole(StoredResponse),
    /// The records of a response with a larger body; a repeat loads them again.
    Records {
        status: u16,
        ids: Vec<String>,
    },
}

/// What is sealed.
#[derive(Serialize, Deserialize)]
enum Content<'a> {
    Body(Cow<'a, str>),
    Ids(Cow<'a, [String]>),
}

impl Stored {
    /// The response; an error if only its records are stored.
    pub fn into_response(self) -> Result<StoredResponse> {
        match self {
            Self::Whole(response) => Ok(response),
            Self::Records { .. } => Err(Error::ours("a stored response without a body")),
        }
    }

    fn content(&self) -> Result<(u16, Content<'_>)> {
        match self {
            Self::Whole(response) => {
                let body = str::from_utf8(&response.body).map_err(Error::ours)?;
                Ok((response.status, Content::Body(body.into())))
            }
            Self::Records { status, ids } => Ok((*status, Content::Ids(ids.into()))),
        }
    }
}

/// The response to an earlier request with the same key; refuses a key that came with a different request.
pub(super) fn load(
    conn: &mut Conn,
    ring: &KeyRing,
    request: &KeyedRequest,
    sender: &Sender,
) -> Result<Option<Stored>> {
    let row: Option<(String, i32, String)> = idempotency_keys::table
        .find((sender.workspace_id, &sender.name, &request.key))
        .filter(idempotency_keys::expires_at.gt(sender.now))
        .select((idempotency_keys::fingerprint, idempotency_keys::status, idempotency_keys::answer))
        .get_result(conn)
        .optional()?;
    let Some((fingerprint, status, answer)) = row else { return Ok(None) };
    let fingerprint = open(ring, &place("fingerprint", request, sender), &fingerprint)?;
    let is_same = fingerprint.expose_secret().as_bytes().ct_eq(hex::encode(request.digest).as_bytes());
    if !bool::from(is_same) {
        return Err(Error::invalid("Idempotency-Key", "taken", KEY_OF_ANOTHER_REQUEST));
    }
    let answer = open(ring, &place("answer", request, sender), &answer)?;
    let status = status.try_into().map_err(Error::ours)?;
    Ok(Some(match serde_json::from_str(answer.expose_secret()).map_err(Error::ours)? {
        Content::Body(body) => Stored::Whole(StoredResponse { status, body: body.into_owned().into_bytes() }),
        Content::Ids(ids) => Stored::Records { status, ids: ids.into_owned() },
    }))
}

/// Replaces an expired response with the same key.
pub(super) fn insert(
    conn: &mut Conn,
    ring: &KeyRing,
    request: &KeyedRequest,
    sender: &Sender,
    stored: &Stored,
) -> Result<()> {
    let (status, content) = stored.content()?;
    let answer = serde_json::to_string(&content).map_err(Error::ours)?;
    let fingerprint = ring.seal(&place("fingerprint", request, sender), &hex::encode(request.digest));
    let row = idempotency_keys::table.find((sender.workspace_id, &sender.name, &request.key));
    diesel::delete(row).execute(conn)?;
    diesel::insert_into(idempotency_keys::table)
        .values((
            idempotency_keys::workspace_id.eq(sender.workspace_id),
            idempotency_keys::caller.eq(&sender.name),
            idempotency_keys::key.eq(&request.key),
            idempotency_keys::fingerprint.eq(fingerprint.as_str()),
            idempotency_keys::status.eq(i32::from(status)),
            idempotency_keys::answer.eq(ring.seal(&place("answer", request, sender), &answer).as_str()),
            idempotency_keys::expires_at.eq(sender.now + LIFETIME),
        ))
        .execute(conn)?;
    Ok(())
}

fn open(ring: &KeyRing, place: &Place, sealed: &str) -> Result<SecretString> {
    Sealed::parse(sealed).and_then(|sealed| ring.open(place, &sealed)).map_err(|error| {
        log::error!("{place} does not open: {error}");
        Error::invalid("Idempotency-Key", "damaged", DAMAGED_ANSWER)
    })
}

fn place(column: &'static str, request: &KeyedRequest, sender: &Sender) -> Place {
    let row = row_id(&sender.name, &request.key);
    Place { table: "idempotency_keys", column, row, workspace: sender.workspace_id }
}

/// Identifies a row in the place of its sealed values, because the table has no ids.
pub fn row_id(caller: &str, key: &str) -> Uuid {
    let digest = Sha256::digest(format!("{caller}\n{key}"));
    let mut row = [0; 16];
    row.copy_from_slice(&digest[..16]);
    Uuid::from_bytes(row)
}

pub fn delete_of_person(conn: &mut Conn, workspace_id: i64, user_id: i64) -> Result<()> {
    let stored_for_person = idempotency_keys::table
        .filter(idempotency_keys::workspace_id.eq(workspace_id))
        .filter(idempotency_keys::caller.eq(person_name(user_id)));
    diesel::delete(stored_for_person).execute(conn)?;
    Ok(())
}

/// Deletes those of at most `most` responses older than 24 hours and with the same keys, and returns their number. The
/// conditions on workspaces let the index be used.
pub fn delete_expired(conn: &mut Conn, now: Moment, most: i64) -> Result<usize> {
    let old = diesel::alias!(idempotency_keys as old);
    let keys = old
        .filter(old.field(idempotency_keys::workspace_id).eq_any(workspaces::table.select(workspaces::id)))
        .filter(old.field(idempotency_keys::expires_at).lt(now))
        .select(old.field(idempotency_keys::key))
        .limit(most);
    let expired = idempotency_keys::table
        .filter(idempotency_keys::workspace_id.eq_any(workspaces::table.select(workspaces::id)))
        .filter(idempotency_keys::key.eq_any(keys))
        .filter(idempotency_keys::expires_at.lt(now));
    Ok(diesel::delete(expired).execute(conn)?)
}
