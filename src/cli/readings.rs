//! `roster readings`: prints who was shown which token, and when.

use std::io::{self, Write as _};

use clap::Args;

use crate::{
    cli::latest::Latest,
    clock,
    models::email::written,
    records::token_readings::{self, ListedReading},
    settings::Settings,
};

#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    latest: Latest,
}

pub fn run(settings: &Settings, options: &Options) -> anyhow::Result<()> {
    let readings = options.latest.load(settings, token_readings::latest)?;
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
