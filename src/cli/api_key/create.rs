//! `roster api-key create`: prints only the key to standard output, so that it can be piped.

use std::io::{self, Write as _};

use anyhow::{Context as _, ensure};
use clap::{Args, builder::PossibleValuesParser};

use crate::{
    cli::existing,
    clock::{self, Clock, Moment},
    db::dialect,
    models::{
        api_key::{self, ApiKey, MAX_NAME_CHARS, NOT_IN_THE_FUTURE, NewApiKey, Scope},
        event,
        workspace::Workspace,
    },
    settings::Settings,
};

#[derive(Debug, Args)]
pub struct Options {
    /// The workspace: its id, its name, or the e-mail address of a person in it
    #[arg(long)]
    workspace: String,
    /// What the key is for
    #[arg(long)]
    name: String,
    /// What it may do; no scope implies another, and the flag may be repeated
    #[arg(long = "scope", required = true, value_parser = PossibleValuesParser::new(Scope::ALL.map(Scope::name)))]
    scopes: Vec<String>,
    /// When it expires, such as 2027-06-14T17:06:02Z [default: never]
    #[arg(long)]
    expires_at: Option<String>,
}

pub fn run(settings: &Settings, options: &Options) -> anyhow::Result<()> {
    let now = Clock::default().now();
    let new = options.parse(now)?;
    let (workspace, issued) = existing::change(settings, |conn| {
        let workspace = existing::workspace(conn, &options.workspace)?;
        dialect::lock_workspaces(conn, vec![workspace.id])?;
        event::act_as_operator(now);
        let issued = api_key::issue(conn, workspace.id, None, &new, now)?;
        Ok((workspace, issued))
    })?;
    writeln!(io::stderr(), "{}", render(&workspace, &issued.key))?;
    writeln!(io::stdout(), "{}", issued.text.expose())?;
    Ok(())
}

impl Options {
    fn parse(&self, now: Moment) -> anyhow::Result<NewApiKey> {
        let characters = self.name.chars().count();
        ensure!(
            !self.name.trim().is_empty() && characters <= MAX_NAME_CHARS,
            "--name takes 1 to {MAX_NAME_CHARS} characters"
        );
        let named = |scope: &Scope| self.scopes.iter().any(|name| name == scope.name());
        let scopes = Scope::ALL.into_iter().filter(named).collect();
        Ok(NewApiKey { name: self.name.clone(), scopes, expires_at: self.parse_expiry(now)? })
    }

    fn parse_expiry(&self, now: Moment) -> anyhow::Result<Option<Moment>> {
        let Some(text) = &self.expires_at else { return Ok(None) };
        let expiry = clock::parse(text)
            .with_context(|| format!("{text:?} is no time; write it as 2027-06-14T17:06:02Z"))?;
        ensure!(expiry > now, NOT_IN_THE_FUTURE);
        Ok(Some(expiry))
    }
}

/// The name is printed quoted, so that control characters in it cannot reach the terminal.
fn render(workspace: &Workspace, key: &ApiKey) -> String {
    let scopes: Vec<&str> = key.scopes().into_iter().map(Scope::name).collect();
    let end =
        key.expires_at.map_or("does not end".to_owned(), |end| format!("ends at {}", clock::iso8601(end)));
    format!(
        "A key to /rest for {:?}: {}. It {end}. This is the one time it is shown:",
        workspace.name,
        scopes.join(", ")
    )
}
