//! `roster backup`: copies one snapshot of the database into a folder. The key file is never copied: a stolen folder
//! with both would reveal the tokens.

use std::{
    collections::BTreeMap,
    fs::OpenOptions,
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use clap::Args;

use super::existing;
use crate::{
    backup::manifest::{self, Contents, Manifest},
    clock::{Clock, Moment},
    data_dir,
    db::{
        Target,
        copying::CopyOutcome,
        dump::{self, DumpedTable},
    },
    settings::Settings,
};

/// The first bytes of a dump in PostgreSQL's custom format.
const DUMP_SIGNATURE: &[u8] = b"PGDMP";

#[derive(Debug, Args)]
pub struct Options {
    /// The folder, created if it is missing; it must not contain a backup yet
    dir: PathBuf,
}

pub fn run(settings: &Settings, options: &Options) -> anyhow::Result<()> {
    let folder = &options.dir;
    let now = Clock::default().now();
    let target = existing::database(settings)?;
    data_dir::create(folder).with_context(|| format!("The folder {} cannot be made", folder.display()))?;
    if folder.join(manifest::NAME).exists() {
        bail!("{} holds a backup already, and it was left as it is; name another folder", folder.display());
    }
    let manifest = match finished_dump(&target, folder) {
        Some(file) => Manifest::new(describe_later(&target)?, &file, now)?,
        None => match copy(&target, folder, now)? {
            Ok(manifest) => manifest,
            Err(line) => return print_command(&line, folder),
        },
    };
    manifest.write_into(folder)?;
    print_summary(&manifest, folder, settings)
}

/// The line to run, if `pg_dump` is not installed.
fn copy(target: &Target, folder: &Path, now: Moment) -> anyhow::Result<Result<Manifest, String>> {
    match target.copy_into(folder, Contents::load)? {
        CopyOutcome::Command { line, .. } => Ok(Err(line)),
        CopyOutcome::Copied { file, contents } => {
            if let Target::Postgres(_) = target {
                expect_whole(&file, &contents)?;
            }
            Manifest::new(contents, &file, now).map(Ok)
        }
    }
}

/// Reads the dump back, if `pg_restore` is installed.
fn expect_whole(file: &Path, Contents { rows, namespace, .. }: &Contents) -> anyhow::Result<()> {
    let mut found: BTreeMap<String, i64> = rows.keys().map(|table| (table.clone(), 0)).collect();
    let count = |table: &DumpedTable, _| *found.entry(table.name.clone()).or_default() += 1;
    let is_read = dump::each_row(file, namespace.as_deref(), count)?;
    if is_read && found != *rows {
        bail!("{} does not hold every row of the database; remove it, and try again", file.display());
    }
    Ok(())
}

/// A dump that the operator has made with the line that an earlier call printed.
fn finished_dump(target: &Target, folder: &Path) -> Option<PathBuf> {
    let Target::Postgres(_) = target else { return None };
    let file = folder.join("roster.dump");
    let mut signature = [0; 5];
    OpenOptions::new().read(true).open(&file).ok()?.read_exact(&mut signature).ok()?;
    (signature == *DUMP_SIGNATURE).then_some(file)
}

fn describe_later(target: &Target) -> anyhow::Result<Contents> {
    Ok(target.inspect(Contents::load)?.without_rows())
}

fn print_command(line: &str, folder: &Path) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "pg_dump is not installed here. Install it (Debian: apt install postgresql-client) and run this again; or run \
         the\nfollowing line where it is installed, and then this command again, which checks the file and writes the \
         manifest.\nThe line asks for the password, or takes it from PGPASSWORD or ~/.pgpass:\n\n  {line}\n"
    )?;
    writeln!(out, "{} holds no backup yet.", folder.display())?;
    Ok(())
}

fn print_summary(manifest: &Manifest, folder: &Path, settings: &Settings) -> anyhow::Result<()> {
    let rows: i64 = manifest.rows.values().sum();
    let file = folder.join(&manifest.file);
    let mut out = io::stdout().lock();
    writeln!(out, "Copied the database to {} and checked it: {rows} rows.", file.display())?;
    writeln!(
        out,
        "{} lists its contents; `roster verify` tries to restore it.",
        folder.join(manifest::NAME).display()
    )?;
    writeln!(
        out,
        "Back up the key file {} too, in another place (keys {}): without it nobody can read the tokens.",
        settings.key_file().display(),
        manifest.key_ids.join(", ")
    )?;
    Ok(())
}
