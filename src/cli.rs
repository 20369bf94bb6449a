//! The command line: `roster` serves, and its commands look after what it serves.
//! Reads the settings, starts the log, and hands both to the command.

use std::env;

use clap::{Parser, Subcommand};

use self::flags::Flags;
use crate::{
    logging,
    settings::{self, Settings, Texts},
};

mod flags;
mod invites;
mod migrate;
mod openapi;
mod serve;
mod welcome;

/// The register of a workspace's social accounts: who connected what, and for whom.
#[derive(Debug, Parser)]
#[command(name = "roster", version, max_term_width = 110)]
pub struct Cli {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Default, Subcommand)]
enum Command {
    /// Answer requests until told to stop; the command when none is named
    #[default]
    Serve,
    /// Bring the database up to date, and stop
    Migrate,
    /// Print the links of all pending invites
    Invites,
    /// Print the description that /openapi.json serves
    #[command(name = "openapi")]
    OpenApi,
}

impl Cli {
    pub fn run(self) -> anyhow::Result<()> {
        let environment = environment();
        let settings = Settings::read(&self.flags.0, &environment)?;
        logging::start(&settings.log, settings.log_format)?;
        for variable in settings::unknown_variables(&environment) {
            log::warn!("{variable} is set, but Roster has no such setting; see roster --help");
        }
        match self.command.unwrap_or_default() {
            Command::Serve => serve::run(settings),
            Command::Migrate => migrate::run(settings),
            Command::Invites => invites::run(settings),
            Command::OpenApi => openapi::run(&settings),
        }
    }
}

/// Variables that are not Unicode are none of ours.
fn environment() -> Texts {
    env::vars_os()
        .filter_map(|(name, text)| Some((name.into_string().ok()?, text.into_string().ok()?)))
        .collect()
}
