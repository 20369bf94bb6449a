//! `roster backup`: copies one snapshot of the database into a folder. The key file is never copied: a stolen folder
//! with both would reveal the tokens.

use std::{
    io::{self, Write as _},
    path::PathBuf,
};

use anyhow::{Context as _, bail};
use clap::Args;

use super::{existing, manifest, manifest::Manifest};
use crate::{
    clock::Clock,
    data_dir,
    db::{Target, copying::CopyOutcome},
    settings::Settings,
};

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
    let outcome = target.copy_into(folder)?;
    let (file, source) = match &outcome {
        CopyOutcome::Checked(file) => (file, Target::Sqlite(file.clone())),
        CopyOutcome::Command { file, .. } => (file, target),
    };
    let manifest = source.inspect(|conn| Manifest::of(conn, file, now))?;
    manifest.write_into(folder)?;
    let mut out = io::stdout().lock();
    match &outcome {
        CopyOutcome::Checked(file) => {
            let rows: i64 = manifest.rows.values().sum();
            writeln!(out, "Copied the database to {} and checked it: {rows} rows.", file.display())?;
        }
        CopyOutcome::Command { line, .. } => {
            writeln!(
                out,
                "PostgreSQL has its own program for backups. Run this line. It asks for the password, or takes"
            )?;
            writeln!(out, "it from PGPASSWORD or ~/.pgpass:\n\n  {line}\n")?;
        }
    }
    let key_file = settings.key_file();
    writeln!(out, "{} lists its contents.", folder.join(manifest::NAME).display())?;
    writeln!(
        out,
        "Back up the key file {} too, in another place (keys {}): without it nobody can read the tokens.",
        key_file.display(),
        manifest.key_ids.join(", ")
    )?;
    Ok(())
}
