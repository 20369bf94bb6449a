//! `roster keys retire`: refuses a key from now on. It is refused itself while anything needs the key.

use std::{
    io::{self, Write as _},
    path::Path,
};

use anyhow::{Context as _, bail, ensure};
use clap::Args;

use super::list::sum;
use crate::{
    cli::existing,
    clock::{self, Clock, Moment},
    crypto::key_file,
    db::{Conn, Intent, dialect},
    models::{key_holder, sealed_columns, sealing_key},
    settings::Settings,
};

#[derive(Debug, Args)]
pub struct Options {
    /// The id of the key, as `roster keys` prints it
    id: String,
}

pub fn run(settings: &Settings, options: &Options) -> anyhow::Result<()> {
    let (id, now) = (&options.id, Clock::default().now());
    let target = existing::current_database(settings)?;
    let is_new = target.transaction(Intent::Write, |conn| retire(conn, id, now))?;
    let mut out = io::stdout().lock();
    if is_new {
        writeln!(
            out,
            "Key {id} is retired: nothing needs it, and tokens that it signed are refused from now on."
        )?;
        writeln!(out, "People whose sessions it signed sign in again.")?;
    } else {
        writeln!(out, "Key {id} was retired before.")?;
    }
    if let Some(sentence) = what_to_delete(&settings.key_file(), id) {
        writeln!(out, "{sentence}")?;
    }
    Ok(())
}

/// Returns whether the key was in use until now. The checks and the retirement are one transaction, in which no process
/// can begin to use another key.
fn retire(conn: &mut Conn, id: &str, now: Moment) -> anyhow::Result<bool> {
    dialect::lock_installation(conn)?;
    let known = sealing_key::load_all(conn)?;
    let key = known
        .iter()
        .find(|key| key.id == id)
        .with_context(|| format!("This database knows no key {id:?}; `roster keys` lists them"))?;
    if key.retired_at.is_some() {
        return Ok(false);
    }
    ensure!(
        sealing_key::current(&known).is_some_and(|current| current.id != id),
        "Key {id} is the current one; run `roster keys rotate` first, which puts a new key to use"
    );
    expect_unused_by_processes(conn, id)?;
    let rows = sealed_columns::rows_sealed_with(conn, id)?;
    if !rows.is_empty() {
        bail!("Key {id} is needed by {}; run `roster keys rotate` first", sum(&rows));
    }
    sealing_key::retire(conn, id, now)?;
    Ok(true)
}

/// A process that still seals with the key could store a value that nobody can open any more.
fn expect_unused_by_processes(conn: &mut Conn, id: &str) -> anyhow::Result<()> {
    let holders = key_holder::seen_within(conn, key_holder::MAY_SEAL)?;
    if let Some(holder) = holders.iter().find(|holder| holder.seals_with(id)) {
        bail!(
            "Key {id} may still be used by {}, which reported at {}. Run this again when it has taken the new key; if \
             it has ended, after {}",
            holder.name,
            clock::iso8601(holder.seen_at),
            clock::iso8601(holder.seen_at + key_holder::MAY_SEAL)
        );
    }
    Ok(())
}

fn what_to_delete(path: &Path, id: &str) -> Option<String> {
    let line = key_file::line_of(path, id).ok().flatten()?;
    Some(format!(
        "Delete line {line} of {}, and the same line on other machines. Older backups open only with that key: keep \
         it with them.",
        path.display()
    ))
}
