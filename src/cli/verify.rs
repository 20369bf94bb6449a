//! `roster verify`: compares a backup with its manifest, restores it into a scratch folder, and opens every secret.
//! Changes neither the backup nor the database of the settings.

use std::{
    collections::BTreeMap,
    env, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process,
};

use anyhow::{Context as _, bail};
use clap::Args;

use crate::{
    backup::manifest::{Contents, Manifest},
    clock::Clock,
    crypto::{key_file, key_ring::KeyRing},
    data_dir,
    db::{Intent, Target, dump, inspection},
    models::{
        installation,
        sealed::{self, Count},
    },
    settings::Settings,
};

#[derive(Debug, Args)]
pub struct Options {
    /// The folder of the backup
    dir: PathBuf,
}

pub fn run(settings: &Settings, options: &Options) -> anyhow::Result<()> {
    let folder = &options.dir;
    let manifest = Manifest::load(folder)?;
    let file = manifest.unchanged_file(folder)?;
    let count = if file.extension().is_some_and(|extension| extension == "dump") {
        read_dump(&manifest, &file, &settings.key_file())?
    } else {
        restore(&manifest, &file, &settings.key_file())?
    };
    if let Some(first) = &count.first_damaged {
        bail!(
            "{} of {} secrets in {} do not open, the first is {first}",
            count.damaged,
            count.damaged + count.open,
            file.display()
        );
    }
    let rows: i64 = manifest.rows.values().sum();
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{} is the backup of {}: {rows} rows, and all {} secrets open with {}.",
        file.display(),
        manifest.made_at,
        count.open,
        settings.key_file().display()
    )?;
    if manifest.sha256.is_none() {
        writeln!(out, "An older Roster made it, without a SHA-256: a changed letter would not be found.")?;
    }
    Ok(())
}

/// Does all that a start on the restored file would do.
fn restore(manifest: &Manifest, file: &Path, key_file: &Path) -> anyhow::Result<Count> {
    let scratch = Scratch::create()?;
    let copy = scratch.0.join("roster.sqlite3");
    fs::copy(file, &copy).with_context(|| {
        format!("{} cannot be copied to {}; TMPDIR names another folder", file.display(), scratch.0.display())
    })?;
    let target = Target::Sqlite(copy);
    if let Some(damage) = target.damage(true)? {
        bail!("{} is damaged: {damage}. Use another backup", file.display());
    }
    let contents = target.inspect(Contents::load)?;
    expect_rows(manifest, &contents.rows)?;
    let now = Clock::default().now();
    target.inspect(|conn| installation::verify(conn, key_file))?;
    let vault = target.transaction(Intent::Write, |conn| installation::prepare(conn, key_file, now))?;
    target.inspect(|conn| {
        let tables = inspection::tables(conn)?;
        Ok(sealed::count(conn, vault.ring(), &tables)?)
    })
}

/// Reads every row of the dump. Only a server can restore it.
fn read_dump(manifest: &Manifest, file: &Path, key_file: &Path) -> anyhow::Result<Count> {
    let ring = load_ring(manifest, key_file)?;
    let tables = sealed::tables();
    let (mut count, mut rows) = (Count::default(), BTreeMap::new());
    let is_read = dump::each_row(file, manifest.namespace.as_deref(), |dumped, cells| {
        *rows.entry(dumped.name.clone()).or_default() += 1;
        if let Some(table) = tables.iter().find(|table| table.name == dumped.name) {
            let cell = |name| {
                dumped.columns.iter().position(|column| column == name).and_then(|at| cells[at].clone())
            };
            let cells: Vec<_> = table.columns().map(|(_, name)| cell(name)).collect();
            count.add_row(&ring, table, &cells);
        }
    })?;
    if !is_read {
        bail!(
            "{} is the file that the manifest describes, but pg_restore is not installed to read it (Debian: apt \
             install postgresql-client)",
            file.display()
        );
    }
    expect_rows(manifest, &rows)?;
    Ok(count)
}

fn load_ring(manifest: &Manifest, path: &Path) -> anyhow::Result<KeyRing> {
    let ring = key_file::load(path)?;
    match manifest.key_ids.iter().find(|id| !ring.ids().any(|held| held == **id)) {
        Some(id) => {
            bail!("The key file {} lacks key {id}, which sealed secrets in this backup", path.display())
        }
        None => Ok(ring),
    }
}

/// An empty table is in no dump. A manifest without numbers is of a dump that was made at another moment.
fn expect_rows(manifest: &Manifest, found: &BTreeMap<String, i64>) -> anyhow::Result<()> {
    if manifest.rows.is_empty() {
        return Ok(());
    }
    for (table, expected) in &manifest.rows {
        let found = found.get(table).copied().unwrap_or_default();
        if found != *expected {
            bail!(
                "The backup holds {found} rows of {table}, and its manifest says {expected}. Use another backup"
            );
        }
    }
    Ok(())
}

/// A private folder that is removed when dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn create() -> anyhow::Result<Self> {
        let name = format!("roster-verify-{}-{:016x}", process::id(), rand::random::<u64>());
        let folder = env::temp_dir().join(name);
        data_dir::create(&folder)
            .with_context(|| format!("The folder {} cannot be made", folder.display()))?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            log::warn!("the scratch folder {} stays: {error}", self.0.display());
        }
    }
}
