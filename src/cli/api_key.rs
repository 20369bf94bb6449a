//! `roster api-key`: keys to `/rest`, created by the operator.

mod create;

use clap::Subcommand;

use crate::settings::Settings;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Create a key for a workspace and print it, only this once
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
