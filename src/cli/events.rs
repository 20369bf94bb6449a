//! `roster events`: prints what happened in a workspace, the latest first.

use std::io::{self, Write as _};

use clap::{Args, value_parser};

use crate::{
    cli::existing,
    clock,
    controllers::api::v4::events::Event,
    models::event::listing::{self, RecordedEvent},
    settings::Settings,
};

#[derive(Debug, Args)]
pub struct Options {
    /// The workspace: its id, its name, or the e-mail address of a person in it
    #[arg(long)]
    workspace: String,
    /// The maximum number of lines; the latest come first
    #[arg(long, default_value_t = 100, value_parser = value_parser!(i64).range(1..=1_000_000))]
    most: i64,
    /// One JSON object a line, as GET /api/v4/events answers
    #[arg(long)]
    json: bool,
}

pub fn run(settings: &Settings, options: &Options) -> anyhow::Result<()> {
    let target = existing::current_database(settings)?;
    let events = target.inspect(|conn| {
        let workspace = existing::workspace(conn, &options.workspace)?;
        Ok(listing::latest(conn, workspace.id, options.most)?)
    })?;
    let mut out = io::stdout().lock();
    if events.is_empty() && !options.json {
        writeln!(out, "Nothing has happened.")?;
    }
    for event in events {
        let line = if options.json { serde_json::to_string(&Event::from(event))? } else { render(&event) };
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// Control characters in names cannot reach the terminal.
fn render(event: &RecordedEvent) -> String {
    let summary: String = event.summary().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("{}  {summary}", clock::iso8601(event.at))
}
