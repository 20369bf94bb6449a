//! `roster migrate`: for operators who migrate the database before they start the new version.

use std::io::{self, Write as _};

use super::existing;
use crate::{
    app::App,
    clock::Clock,
    db::{inspection, waiting},
    settings::Settings,
};

/// [`App::open`] migrates; comparing with the state before shows what it changed.
pub fn run(settings: Settings) -> anyhow::Result<()> {
    let target = existing::named(&settings)?;
    let key_file = settings.key_file();
    let (had_database, had_key_file) = (target.exists(), key_file.exists());
    let applied = if had_database {
        waiting::until_free(|| target.inspect(|conn| Ok(inspection::applied_migrations(conn)?)))?
    } else {
        Vec::new()
    };
    App::open(settings, Clock::default())?;
    let mut out = io::stdout().lock();
    if !had_database {
        writeln!(out, "Made the database ({target:?}).")?;
    }
    if !had_key_file {
        writeln!(out, "Made the key file {}; back it up, apart from the database.", key_file.display())?;
    }
    let known = inspection::known_migrations()?;
    for version in known.iter().filter(|version| !applied.contains(version)) {
        writeln!(out, "Applied migration {version}.")?;
    }
    writeln!(out, "The database is up to date.")?;
    Ok(())
}
