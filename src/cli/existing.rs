//! The database a command works on when it may not make one: it has to be there, and as new as this build.

use anyhow::{Context as _, bail};
use secrecy::ExposeSecret;

use crate::{
    db::{Target, inspection},
    settings::Settings,
};

/// The database of these settings, which is there.
pub fn database(settings: &Settings) -> anyhow::Result<Target> {
    let target = named(settings)?;
    if !target.exists() {
        bail!(
            "There is no database yet ({target:?}); `roster migrate` makes it, or name another with --data-dir"
        );
    }
    Ok(target)
}

/// The same, with every migration of this build.
pub fn current_database(settings: &Settings) -> anyhow::Result<Target> {
    let target = database(settings)?;
    let applied = target.look(|conn| Ok(inspection::applied_migrations(conn)?)).with_context(|| {
        format!("The database ({target:?}) cannot be read; `roster doctor` looks for the reason")
    })?;
    if inspection::known_migrations()?.iter().any(|version| !applied.contains(version)) {
        bail!("The database ({target:?}) is older than this Roster; run `roster migrate` first");
    }
    Ok(target)
}

/// The database of these settings, there or not.
pub fn named(settings: &Settings) -> anyhow::Result<Target> {
    let url = settings.database_url.as_ref().map(ExposeSecret::expose_secret);
    Target::from_url(url, &settings.data_dir)
}
