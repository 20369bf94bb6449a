//! Prepares the installation at start-up: migrates the database, folds stored addresses, opens the vault, checks that the
//! key file belongs to the database, and stores what a migration needs the vault for. This is one transaction that holds
//! the migration lock.

pub mod clock;
pub mod folding;

use std::path::Path;

use anyhow::{Context as _, bail};
use diesel::prelude::*;

use crate::{
    clock::Moment,
    crypto::{
        identity::IdentityKey,
        key_file::{self, KeyFileError},
        key_ring::KeyRing,
        seal::{Place, Sealed},
    },
    db::{
        Conn, dialect, inspection,
        migrations::{self, Fit},
        types::Uuid,
    },
    models::{
        event, key_holder,
        sealing_key::{self, SealingKey},
        social_account::pasted_token,
        vault::Vault,
    },
    schema::installation,
};

/// Migrates the database and opens the vault. Creates a key file only if the database has never had a key.
pub fn prepare(conn: &mut Conn, key_file: &Path, now: Moment) -> anyhow::Result<Vault> {
    expect_utf8(conn)?;
    // While this waited for the lock, a newer build may have migrated.
    dialect::lock_installation(conn)?;
    let pending = migrate(conn)?;
    if pending.iter().any(|version| version == folding::MIGRATION) {
        event::act_as_operator(now);
        fold(conn)?;
    }
    let known = sealing_key::load_all(conn)?;
    let ring = if known.is_empty() { load_or_create_ring(key_file)? } else { load_ring(key_file)? };
    expect_known_keys(&ring, &known, key_file)?;
    if is_first_key_new(&ring, &known) && expect_held_by_all(conn, ring.current_id())? {
        sealing_key::insert(conn, &ring, now)?;
    }
    let ring = sealing_key::arrange(&ring, &sealing_key::load_all(conn)?).context("Every key is retired")?;
    let identity = load_or_create_identity(conn, &ring, now)?;
    let vault = Vault::new(ring, identity);
    if pending.iter().any(|version| version == pasted_token::MIGRATION) {
        pasted_token::store_digests(conn, &vault).context("The stored tokens could not be read")?;
    }
    Ok(vault)
}

/// Returns the migrations that were pending.
fn migrate(conn: &mut Conn) -> anyhow::Result<Vec<String>> {
    let Fit::Older(pending) = expect_fit(conn)? else { return Ok(Vec::new()) };
    migrations::run(conn).map_err(anyhow::Error::from_boxed).context("The database could not be migrated")?;
    Ok(pending)
}

/// Opens the vault of a database that has every migration. Writes nothing.
pub fn open_vault(conn: &mut Conn, key_file: &Path) -> anyhow::Result<Vault> {
    let ring = verify(conn, key_file)?;
    let ring = sealing_key::arrange(&ring, &sealing_key::load_all(conn)?).context("Every key is retired")?;
    let identity = load_identity(conn, &ring)?
        .context("The database was never used; `roster` starts the service, which prepares it")?;
    Ok(Vault::new(ring, identity))
}

/// Checks the key file against the keys that this database knows. Writes nothing.
pub fn verify(conn: &mut Conn, key_file: &Path) -> anyhow::Result<KeyRing> {
    let ring = load_ring(key_file)?;
    let known = sealing_key::load_all_of_any_schema(conn)?;
    expect_known_keys(&ring, &known, key_file)?;
    Ok(ring)
}

/// The ids of all keys that sealed values of this database, oldest first.
pub fn key_ids(conn: &mut Conn) -> anyhow::Result<Vec<String>> {
    let known = sealing_key::load_all_of_any_schema(conn)?;
    Ok(known.into_iter().filter(|key| key.retired_at.is_none()).map(|key| key.id).collect())
}

fn expect_utf8(conn: &mut Conn) -> anyhow::Result<()> {
    match inspection::server(conn)?.and_then(|server| server.encoding_fault()) {
        Some(fault) => bail!("The database cannot be used: {fault}. Nothing was changed"),
        None => Ok(()),
    }
}

/// How the tables fit this build; an error if it may not use them.
fn expect_fit(conn: &mut Conn) -> anyhow::Result<Fit> {
    let fit = migrations::fit(conn).map_err(anyhow::Error::from_boxed)?;
    match &fit {
        Fit::Unfit(fault) => bail!("The database cannot be used: {fault}. Nothing was changed"),
        Fit::Newer(version) => log::warn!(
            "a newer Roster has changed the tables (migration {version}); this one works with them, but update it soon"
        ),
        Fit::Older(_) | Fit::Current => {}
    }
    Ok(fit)
}

fn fold(conn: &mut Conn) -> anyhow::Result<()> {
    match folding::fold_all(conn).context("The stored addresses could not be folded")? {
        0 => {}
        count => log::warn!(
            "{count} people or invites have another spelling of an address that somebody else had before; \
             `roster doctor` names them and says what to do"
        ),
    }
    Ok(())
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

fn expect_known_keys(ring: &KeyRing, known: &[SealingKey], path: &Path) -> anyhow::Result<()> {
    for key in known.iter().filter(|key| key.retired_at.is_none()) {
        let id = &key.id;
        if !ring.holds(id) {
            bail!(
                "The key file {} lacks key {id}, which sealed secrets in this database. Is it the key file of this \
                 database? Put that key back, below the current one. Nothing was changed",
                path.display()
            );
        }
        if !key.is_in(ring) {
            bail!(
                "Key {id} in {} is not the key this database knows by that id. Put the right key file back. \
                 Nothing was changed",
                path.display()
            );
        }
    }
    Ok(())
}

/// An operator may put a new key first by hand, without `roster keys rotate`.
fn is_first_key_new(ring: &KeyRing, known: &[SealingKey]) -> bool {
    known.iter().all(|key| key.id != ring.current_id())
}

/// Whether a new key can be used at once; otherwise a warning names a process that does not have it.
fn expect_held_by_all(conn: &mut Conn, id: &str) -> anyhow::Result<bool> {
    let holders = key_holder::seen_within(conn, key_holder::LIVE)?;
    let Some(other) = holders.iter().find(|holder| !holder.holds(id)) else { return Ok(true) };
    log::warn!(
        "key {id} is not used yet, because {} does not have it; `roster keys rotate` waits until it does",
        other.name
    );
    Ok(false)
}

/// The identity key is created with the database, sealed with the ring, and never rotates.
fn load_or_create_identity(conn: &mut Conn, ring: &KeyRing, now: Moment) -> anyhow::Result<IdentityKey> {
    if let Some(identity) = load_identity(conn, ring)? {
        return Ok(identity);
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

fn load_identity(conn: &mut Conn, ring: &KeyRing) -> anyhow::Result<Option<IdentityKey>> {
    let stored: Option<(Uuid, String)> = installation::table
        .select((installation::uuid, installation::identity_key))
        .first(conn)
        .optional()?;
    let Some((uuid, sealed)) = stored else { return Ok(None) };
    Ok(Some(IdentityKey::open(ring, &identity_place(uuid), &Sealed::parse(&sealed)?)?))
}

fn identity_place(uuid: Uuid) -> Place {
    Place { table: "installation", column: "identity_key", row: uuid.0, workspace: 0 }
}
