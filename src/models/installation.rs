//! Prepares the installation at start-up: migrates the database, opens the vault, and checks that the key file belongs
//! to the database. This is one transaction that holds the migration lock.

use std::path::Path;

use anyhow::{Context as _, bail};
use diesel::prelude::*;
use secrecy::ExposeSecret as _;

use crate::{
    clock::Moment,
    crypto::{
        identity::IdentityKey,
        key_file::{self, KeyFileError},
        key_ring::KeyRing,
        seal::{Place, Sealed},
    },
    db::{
        Conn, inspection,
        migrations::{self, Fit},
        types::Uuid,
    },
    models::vault::Vault,
    schema::{installation, sealing_keys},
};

/// Each key's row contains this text, sealed with the key. A key that cannot open it is the wrong key.
const PROOF: &str = "roster";

/// Migrates the database and opens the vault. Creates a key file only if the database has never had a key.
pub fn prepare(conn: &mut Conn, key_file: &Path, now: Moment) -> anyhow::Result<Vault> {
    expect_utf8(conn)?;
    expect_fit(conn)?;
    migrations::run(conn).map_err(anyhow::Error::from_boxed).context("The database could not be migrated")?;
    let known = load_known_keys(conn)?;
    let ring = if known.is_empty() { load_or_create_ring(key_file)? } else { load_ring(key_file)? };
    expect_known_keys(&ring, &known, key_file)?;
    if !known.iter().any(|(id, _)| id == ring.current_id()) {
        insert_key(conn, &ring, now)?;
    }
    let identity = load_or_create_identity(conn, &ring, now)?;
    Ok(Vault::new(ring, identity))
}

/// Checks the key file against the keys that this database knows. Writes nothing.
pub fn verify(conn: &mut Conn, key_file: &Path) -> anyhow::Result<KeyRing> {
    let ring = load_ring(key_file)?;
    let known = load_known_keys(conn)?;
    expect_known_keys(&ring, &known, key_file)?;
    Ok(ring)
}

/// The ids of all keys that sealed values of this database, oldest first.
pub fn key_ids(conn: &mut Conn) -> anyhow::Result<Vec<String>> {
    Ok(load_known_keys(conn)?.into_iter().map(|(id, _)| id).collect())
}

fn expect_utf8(conn: &mut Conn) -> anyhow::Result<()> {
    match inspection::server(conn)?.and_then(|server| server.encoding_fault()) {
        Some(fault) => bail!("The database cannot be used: {fault}. Nothing was changed"),
        None => Ok(()),
    }
}

fn expect_fit(conn: &mut Conn) -> anyhow::Result<()> {
    match migrations::fit(conn).map_err(anyhow::Error::from_boxed)? {
        Fit::Unfit(fault) => bail!("The database cannot be used: {fault}. Nothing was changed"),
        Fit::Newer(version) => {
            log::warn!(
                "a newer Roster has changed the tables (migration {version}); this one works with them, but \
                 update it soon"
            );
        }
        Fit::Current | Fit::Older(_) => {}
    }
    Ok(())
}

/// The id and the sealed proof of each key, oldest first.
fn load_known_keys(conn: &mut Conn) -> anyhow::Result<Vec<(String, String)>> {
    let keys = sealing_keys::table
        .order((sealing_keys::created_at, sealing_keys::id))
        .select((sealing_keys::id, sealing_keys::proof))
        .load(conn)?;
    Ok(keys)
}

fn load_or_create_ring(path: &Path) -> anyhow::Result<KeyRing> {
    match key_file::load(path) {
        Err(KeyFileError::Missing(_)) => {
            let ring = KeyRing::generate();
            key_file::create(path, &ring)?;
            // Load the file again, because another process may have created it first.
            Ok(key_file::load(path)?)
        }
        outcome => Ok(outcome?),
    }
}

fn load_ring(path: &Path) -> anyhow::Result<KeyRing> {
    key_file::load(path).map_err(|error| match error {
        KeyFileError::Missing(path) => anyhow::anyhow!(
            "The key file {} is missing, and this database holds secrets sealed under it. Put the file back from \
             your backup, or name it with ROSTER_KEY_FILE. Nothing was changed",
            path.display()
        ),
        other => other.into(),
    })
}

fn expect_known_keys(ring: &KeyRing, known: &[(String, String)], path: &Path) -> anyhow::Result<()> {
    for (id, proof) in known {
        if !ring.ids().any(|held| held == id) {
            bail!(
                "The key file {} lacks key {id}, which sealed secrets in this database. Is it the key file of this \
                 database? Put that key back, below the current one. Nothing was changed",
                path.display()
            );
        }
        let opened = Sealed::parse(proof).and_then(|proof| ring.open(&proof_place(), &proof));
        if !opened.is_ok_and(|proof| proof.expose_secret() == PROOF) {
            bail!(
                "Key {id} in {} is not the key this database knows by that id. Put the right key file back. \
                 Nothing was changed",
                path.display()
            );
        }
    }
    Ok(())
}

fn insert_key(conn: &mut Conn, ring: &KeyRing, now: Moment) -> anyhow::Result<()> {
    diesel::insert_into(sealing_keys::table)
        .values((
            sealing_keys::id.eq(ring.current_id()),
            sealing_keys::proof.eq(ring.seal(&proof_place(), PROOF).as_str()),
            sealing_keys::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// The identity key is created with the database, sealed with the ring, and never rotates.
fn load_or_create_identity(conn: &mut Conn, ring: &KeyRing, now: Moment) -> anyhow::Result<IdentityKey> {
    let stored: Option<(Uuid, String)> = installation::table
        .select((installation::uuid, installation::identity_key))
        .first(conn)
        .optional()?;
    if let Some((uuid, sealed)) = stored {
        return Ok(IdentityKey::open(ring, &identity_place(uuid), &Sealed::parse(&sealed)?)?);
    }
    let (uuid, key) = (Uuid::random(), IdentityKey::generate());
    diesel::insert_into(installation::table)
        .values((
            installation::id.eq(1),
            installation::uuid.eq(uuid),
            installation::identity_key.eq(key.seal(ring, &identity_place(uuid)).as_str()),
            installation::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(key)
}

fn proof_place() -> Place {
    Place { table: "sealing_keys", column: "proof", row: uuid::Uuid::nil(), workspace: 0 }
}

fn identity_place(uuid: Uuid) -> Place {
    Place { table: "installation", column: "identity_key", row: uuid.0, workspace: 0 }
}
