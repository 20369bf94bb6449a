//! `roster keys`: lists the keys, puts a new one to use, and retires old ones.

mod list;
mod progress;
mod retire;
mod rotate;

use clap::Subcommand;

use crate::settings::Settings;

#[derive(Debug, Default, Subcommand)]
pub enum Command {
    /// Print each key and its state; the default
    #[default]
    #[command(after_help = "Example: roster keys list --data-dir /var/lib/roster")]
    List,
    /// Put a new key to use and seal everything anew with it, while the service runs; run it again to continue
    #[command(after_help = "Example: roster keys rotate && roster keys")]
    Rotate,
    /// Refuse a key from now on; only if nothing that is stored needs it
    #[command(after_help = "Example: roster keys retire 4a1c7add")]
    Retire(retire::Options),
}

pub fn run(settings: &Settings, command: &Command) -> anyhow::Result<()> {
    match command {
        Command::List => list::run(settings),
        Command::Rotate => rotate::run(settings),
        Command::Retire(options) => retire::run(settings, options),
    }
}
