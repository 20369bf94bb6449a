//! The keys that have sealed something in this database. The latest that is not retired is the current one, with which
//! every process seals and signs. See `spec/decisions/0018`.

use chrono::TimeDelta;
use diesel::prelude::*;
use secrecy::ExposeSecret as _;

use crate::{
    clock::Moment,
    crypto::{
        key_ring::KeyRing,
        seal::{Place, Sealed},
    },
    db::{Conn, inspection},
    schema::sealing_keys,
};

/// Each key's row contains this text, sealed with the key. A key that cannot open it is the wrong key.
const PROOF: &str = "roster";
/// The migration that added `retired_at`.
const RETIREMENT: &str = "20261128000027";

/// A key, by its id. The key itself is only in the key file.
#[derive(Debug, Clone, Queryable)]
pub struct SealingKey {
    pub id: String,
    proof: String,
    pub created_at: Moment,
    pub retired_at: Option<Moment>,
}

/// All keys, oldest first.
pub fn load_all(conn: &mut Conn) -> QueryResult<Vec<SealingKey>> {
    sealing_keys::table
        .order((sealing_keys::created_at, sealing_keys::id))
        .select((sealing_keys::id, sealing_keys::proof, sealing_keys::created_at, sealing_keys::retired_at))
        .load(conn)
}

/// The same for a database that may lack migrations.
pub fn load_all_of_any_schema(conn: &mut Conn) -> QueryResult<Vec<SealingKey>> {
    if inspection::applied_migrations(conn)?.iter().any(|version| version == RETIREMENT) {
        return load_all(conn);
    }
    let keys: Vec<(String, String, Moment)> = sealing_keys::table
        .order((sealing_keys::created_at, sealing_keys::id))
        .select((sealing_keys::id, sealing_keys::proof, sealing_keys::created_at))
        .load(conn)?;
    let never_retired = |(id, proof, created_at)| SealingKey { id, proof, created_at, retired_at: None };
    Ok(keys.into_iter().map(never_retired).collect())
}

/// The key that seals and signs; `None` in a new database.
pub fn current(keys: &[SealingKey]) -> Option<&SealingKey> {
    keys.iter().rfind(|key| key.retired_at.is_none())
}

/// Makes the first key of the ring the current one.
pub fn insert(conn: &mut Conn, ring: &KeyRing, now: Moment) -> QueryResult<()> {
    let latest: Option<Moment> =
        sealing_keys::table.select(diesel::dsl::max(sealing_keys::created_at)).first(conn)?;
    // The machines' clocks may differ.
    let created_at = latest.map_or(now, |latest| now.max(latest + TimeDelta::milliseconds(1)));
    diesel::insert_into(sealing_keys::table)
        .values((
            sealing_keys::id.eq(ring.current_id()),
            sealing_keys::proof.eq(ring.seal(&proof_place(), PROOF).as_str()),
            sealing_keys::created_at.eq(created_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// From now on, every process refuses the tokens that the key has signed.
pub fn retire(conn: &mut Conn, id: &str, now: Moment) -> QueryResult<()> {
    diesel::update(sealing_keys::table.find(id)).set(sealing_keys::retired_at.eq(Some(now))).execute(conn)?;
    Ok(())
}

/// A ring as loaded from the key file, as it is used: without retired keys, the current one first. A key that the
/// database does not know yet only opens. `None` if every key is retired.
pub fn arrange(file: &KeyRing, keys: &[SealingKey]) -> Option<KeyRing> {
    let is_retired = |id: &str| keys.iter().any(|key| key.id == id && key.retired_at.is_some());
    let ring = file.without(is_retired)?;
    Some(match current(keys) {
        Some(current) => ring.with_first(&current.id),
        None => ring,
    })
}

impl SealingKey {
    /// Whether the key of this id in the ring is this key.
    pub fn is_in(&self, ring: &KeyRing) -> bool {
        let opened = Sealed::parse(&self.proof).and_then(|proof| ring.open(&proof_place(), &proof));
        opened.is_ok_and(|proof| proof.expose_secret() == PROOF)
    }
}

fn proof_place() -> Place {
    Place { table: "sealing_keys", column: "proof", row: uuid::Uuid::nil(), workspace: 0 }
}
