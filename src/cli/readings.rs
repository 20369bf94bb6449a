//! `roster readings`: prints who was shown which token, and when.

use std::io::{self, Write as _};

use clap::{Args, value_parser};

use crate::{
    cli::existing,
    clock,
    models::email::written,
    records::token_readings::{self, ListedReading},
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
}

pub fn run(settings: &Settings, options: &Options) -> anyhow::Result<()> {
    let target = existing::current_database(settings)?;
    let readings = target.inspect(|conn| {
        let workspace = existing::workspace(conn, &options.workspace)?;
        Ok(token_readings::latest(conn, workspace.id, options.most)?)
    })?;
    let mut out = io::stdout().lock();
    if readings.is_empty() {
        writeln!(out, "No token was read.")?;
    }
    for reading in readings {
        writeln!(out, "{}", render(&reading))?;
    }
    Ok(())
}

/// Names are printed quoted, so that control characters in them cannot reach the terminal.
fn render(reading: &ListedReading) -> String {
    let reader = match (&reading.email, &reading.key_name, reading.api_key_id) {
        (Some(email), ..) => written(email),
        (_, Some(name), _) => format!("key {name:?}"),
        (.., Some(id)) => format!("key {}", id.0),
        _ => "an erased person".to_owned(),
    };
    let handle = reading.handle.as_ref().map(|handle| format!(" {handle:?}")).unwrap_or_default();
    let times = if reading.times == 1 { String::new() } else { format!("  {} times", reading.times) };
    format!(
        "{}  {reader}  {} {}{handle}  {}{times}",
        clock::iso8601(reading.read_at),
        reading.object,
        reading.record_id.0,
        reading.fields
    )
}
