//! `roster api-key`: keys to `/rest`, made by whoever operates the service.

mod create;

use clap::Subcommand;

use crate::settings::Settings;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a key for a workspace, and print it this once
    #[command(
        after_help = "Example: roster api-key create --workspace ada@example.com --name n8n --scope read --scope write"
    )]
    Create(create::Options),
}

pub fn run(settings: &Settings, command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Create(options) => create::run(settings, options),
    }
}
