//! Checks whether the key file opens the database's sealed values, and which keys they need.

use std::path::Path;

use super::Finding;
use crate::{
    crypto::{
        key_file::{self, KeyFileError},
        key_ring::KeyRing,
    },
    db::{Conn, inspection},
    models::{
        installation, sealed_columns,
        sealing_key::{self, SealingKey},
    },
};

const SUBJECT: &str = "keys";

/// Checks that only the owner can read the file, that it has every key of the database, and that each opens its proof.
pub fn of_database(conn: &mut Conn, path: &Path) -> anyhow::Result<Vec<Finding>> {
    let applied = inspection::applied_migrations(conn)?;
    if applied.is_empty() {
        return Ok(vec![of_file(path)]);
    }
    let ring = match installation::verify(conn, path) {
        Ok(ring) => ring,
        Err(error) => return Ok(vec![Finding::fail(SUBJECT, format!("{error:#}"))]),
    };
    let ids: Vec<&str> = ring.ids().collect();
    let sentence = format!("{} opens what the database holds ({})", path.display(), ids.join(", "));
    let mut findings = vec![Finding::ok(SUBJECT, sentence)];
    if inspection::known_migrations()?.iter().all(|version| applied.contains(version)) {
        findings.extend(of_uses(conn, &ring)?);
    }
    Ok(findings)
}

/// Checks the file alone, if there is no database.
pub fn of_file(path: &Path) -> Finding {
    match key_file::load(path) {
        Ok(_) => Finding::ok(SUBJECT, format!("{} can be read, by its owner alone", path.display())),
        Err(KeyFileError::Missing(path)) => Finding::warn(
            SUBJECT,
            format!("there is no key file at {}; one is created with a new database", path.display()),
        ),
        Err(error) => Finding::fail(SUBJECT, error.to_string()),
    }
}

/// What to do about keys other than the current one.
fn of_uses(conn: &mut Conn, ring: &KeyRing) -> anyhow::Result<Vec<Finding>> {
    let known = sealing_key::load_all(conn)?;
    let current = sealing_key::current(&known).map(|key| key.id.clone());
    let mut findings = Vec::new();
    for key in known.iter().filter(|key| Some(&key.id) != current.as_ref()) {
        let counts = sealed_columns::rows_sealed_with(conn, &key.id)?;
        findings.extend(of_use(key, counts.iter().map(|count| count.rows).sum(), ring));
    }
    let is_unknown = |id: &&str| known.iter().all(|key| key.id != *id);
    findings.extend(ring.ids().filter(is_unknown).map(|id| {
        Finding::warn(SUBJECT, format!("key {id} is not used yet; `roster keys rotate` puts it to use"))
    }));
    Ok(findings)
}

fn of_use(key: &SealingKey, rows: u64, ring: &KeyRing) -> Option<Finding> {
    let id = &key.id;
    match (key.retired_at, rows) {
        (None, 0) => {
            let sentence =
                format!("no row needs the old key {id}; `roster keys retire {id}` ends its tokens too");
            Some(Finding::warn(SUBJECT, sentence))
        }
        (None, rows) => Some(Finding::warn(
            SUBJECT,
            format!("{rows} rows need the old key {id}; run `roster keys rotate`"),
        )),
        (Some(_), 0) => ring.holds(id).then(|| {
            Finding::ok(SUBJECT, format!("key {id} is retired, and its line in the key file can be deleted"))
        }),
        (Some(_), rows) => {
            let sentence = format!(
                "{rows} rows need key {id}, which is retired; see that it is in the key file and run `roster keys rotate`"
            );
            Some(Finding::fail(SUBJECT, sentence))
        }
    }
}
