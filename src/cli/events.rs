//! `roster events`: prints what happened in a workspace, the latest first.

use std::io::{self, Write as _};

use clap::Args;

use crate::{
    cli::latest::Latest,
    clock,
    controllers::api::v4::events::Event,
    models::event::listing::{self, RecordedEvent},
    settings::Settings,
};

#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    latest: Latest,
    /// One JSON object a line, as GET /api/v4/events answers
    #[arg(long)]
    json: bool,
}

pub fn run(settings: &Settings, options: &Options) -> anyhow::Result<()> {
    let events = options.latest.load(settings, listing::latest)?;
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
