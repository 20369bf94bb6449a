//! Finds the database and the workspace that a command works on, without creating them. The database must exist and
//! have every migration of this build.

use std::sync::Arc;

use anyhow::{Context as _, bail};
use diesel::prelude::*;
use secrecy::ExposeSecret;

use crate::{
    db::{Conn, Target, inspection, waiting::Locked},
    models::{email::Email, workspace::Workspace},
    records::deliveries::DeliveryWriter,
    schema::{users, workspaces},
    settings::Settings,
};

/// The database of the settings; an error if it does not exist.
pub fn database(settings: &Settings) -> anyhow::Result<Target> {
    let target = named(settings)?;
    if !target.exists() {
        bail!(
            "There is no database yet ({target:?}); `roster migrate` makes it, or name another with --data-dir"
        );
    }
    Ok(target)
}

/// The database of the settings; an error if it does not exist or if migrations are pending.
pub fn current_database(settings: &Settings) -> anyhow::Result<Target> {
    let target = database(settings)?;
    let applied = target.inspect(|conn| Ok(inspection::applied_migrations(conn)?)).map_err(|error| {
        if error.is::<Locked>() {
            return error;
        }
        error.context(format!(
            "The database ({target:?}) cannot be read; `roster doctor` looks for the reason"
        ))
    })?;
    if inspection::known_migrations()?.iter().any(|version| !applied.contains(version)) {
        bail!("The database ({target:?}) is older than this Roster; run `roster migrate` first");
    }
    Ok(target)
}

/// Runs one transaction that changes records. Webhooks that ask for a change get it, from the service; if there are any, the
/// key file has to be readable.
pub fn change<T>(
    settings: &Settings,
    work: impl FnOnce(&mut Conn) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let listener = DeliveryWriter::for_command(settings.key_file());
    current_database(settings)?.change(Arc::new(listener), work)
}

/// The database of the settings, even if it does not exist.
pub fn named(settings: &Settings) -> anyhow::Result<Target> {
    let url = settings.database_url.as_ref().map(ExposeSecret::expose_secret);
    Target::from_url(url, &settings.data_dir)
}

/// Finds a workspace by its id, its name, or the e-mail address of a person in it.
pub fn workspace(conn: &mut Conn, named: &str) -> anyhow::Result<Workspace> {
    let id = match (named.parse::<i64>(), Email::parse(named)) {
        (Ok(id), _) => workspaces::table.find(id).select(workspaces::id).first(conn).optional()?,
        (_, Some(email)) => users::table
            .filter(users::email.eq(email.as_str()))
            .select(users::workspace_id)
            .first(conn)
            .optional()?,
        _ => find_by_name(conn, named)?,
    };
    let id: i64 = id.with_context(|| format!("There is no workspace {named:?}"))?;
    Ok(Workspace::find(conn, id)?)
}

fn find_by_name(conn: &mut Conn, name: &str) -> anyhow::Result<Option<i64>> {
    let ids: Vec<i64> = workspaces::table
        .filter(workspaces::name.eq(name))
        .order(workspaces::id)
        .select(workspaces::id)
        .load(conn)?;
    if ids.len() > 1 {
        let ids = ids.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
        bail!("Several workspaces have the name {name:?}; give the id of one of them: {ids}");
    }
    Ok(ids.first().copied())
}
