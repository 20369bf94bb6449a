//! The stored responses, sealed and kept for 24 hours.

use chrono::TimeDelta;
use diesel::prelude::*;
use secrecy::ExposeSecret as _;
use sha2::{Digest as _, Sha256};
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
    schema::idempotency_keys,
};

const LIFETIME: TimeDelta = TimeDelta::hours(24);
const MAX_BYTES: usize = 16 * 1024 * 1024;
const TOO_LARGE: &str = "The answer is larger than the 16 MB that are kept for an Idempotency-Key. Ask for less with depth, or leave the key out.";
const KEY_OF_ANOTHER_REQUEST: &str =
    "This Idempotency-Key came with another request before. Send the same request, or another key.";

/// The status and the body of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredResponse {
    pub status: u16,
    pub body: Vec<u8>,
}

/// The response to an earlier request with the same key; refuses a key that came with a different request.
pub(super) fn load(
    conn: &mut Conn,
    ring: &KeyRing,
    request: &KeyedRequest,
    sender: &Sender,
) -> Result<Option<StoredResponse>> {
    let row: Option<(String, i32, String)> = idempotency_keys::table
        .find((sender.workspace_id, &sender.name, &request.key))
        .filter(idempotency_keys::expires_at.gt(sender.now))
        .select((idempotency_keys::fingerprint, idempotency_keys::status, idempotency_keys::answer))
        .get_result(conn)
        .optional()?;
    let Some((fingerprint, status, answer)) = row else { return Ok(None) };
    if fingerprint != request.fingerprint {
        return Err(Error::invalid("Idempotency-Key", "taken", KEY_OF_ANOTHER_REQUEST));
    }
    let sealed = Sealed::parse(&answer).map_err(Error::ours)?;
    let open = ring.open(&place(request, sender), &sealed).map_err(Error::ours)?;
    let status = status.try_into().map_err(Error::ours)?;
    Ok(Some(StoredResponse { status, body: open.expose_secret().as_bytes().to_vec() }))
}

/// Replaces an expired response with the same key.
pub(super) fn insert(
    conn: &mut Conn,
    ring: &KeyRing,
    request: &KeyedRequest,
    sender: &Sender,
    response: &StoredResponse,
) -> Result<()> {
    if response.body.len() > MAX_BYTES {
        return Err(Error::invalid("Idempotency-Key", "too_large", TOO_LARGE));
    }
    let body = str::from_utf8(&response.body).map_err(Error::ours)?;
    let row = idempotency_keys::table.find((sender.workspace_id, &sender.name, &request.key));
    diesel::delete(row).execute(conn)?;
    diesel::insert_into(idempotency_keys::table)
        .values((
            idempotency_keys::workspace_id.eq(sender.workspace_id),
            idempotency_keys::caller.eq(&sender.name),
            idempotency_keys::key.eq(&request.key),
            idempotency_keys::fingerprint.eq(&request.fingerprint),
            idempotency_keys::status.eq(i32::from(response.status)),
            idempotency_keys::answer.eq(ring.seal(&place(request, sender), body).as_str()),
            idempotency_keys::expires_at.eq(sender.now + LIFETIME),
        ))
        .execute(conn)?;
    Ok(())
}

/// Where the response is sealed. The table has no ids, so sender and key take the place of one.
fn place(request: &KeyedRequest, sender: &Sender) -> Place {
    let digest = Sha256::digest(format!("{}\n{}", sender.name, request.key));
    let mut row = [0; 16];
    row.copy_from_slice(&digest[..16]);
    Place {
        table: "idempotency_keys",
        column: "answer",
        row: Uuid::from_bytes(row),
        workspace: sender.workspace_id,
    }
}

pub fn delete_of_person(conn: &mut Conn, workspace_id: i64, user_id: i64) -> Result<()> {
    let stored_for_person = idempotency_keys::table
        .filter(idempotency_keys::workspace_id.eq(workspace_id))
        .filter(idempotency_keys::caller.eq(person_name(user_id)));
    diesel::delete(stored_for_person).execute(conn)?;
    Ok(())
}

/// Deletes the responses older than 24 hours, and returns their number.
pub fn delete_expired(conn: &mut Conn, now: Moment) -> Result<usize> {
    Ok(diesel::delete(idempotency_keys::table.filter(idempotency_keys::expires_at.lt(now))).execute(conn)?)
}
