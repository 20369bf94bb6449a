//! The command line: `roster` serves; the other commands administer a service's database.
//! Loads the settings, starts the log and runs the command.

use std::env;

use clap::{Parser, Subcommand};

use self::flags::Flags;
use crate::{
    error::Error,
    logging,
    settings::{self, Settings, Texts},
};

mod api_key;
mod backup;
mod change_address;
mod completions;
mod demo;
mod doctor;
mod events;
mod existing;
mod flags;
mod health;
mod invites;
mod keys;
mod latest;
mod migrate;
mod openapi;
mod readings;
mod reset_password;
mod serve;
mod sessions;
mod verify;
mod welcome;

/// The register of a workspace's social accounts: who connected what, and for whom.
#[derive(Parser)]
#[command(name = "roster", version, max_term_width = 110)]
#[command(after_help = "Example: roster --data-dir /var/lib/roster --listen 0.0.0.0:3000")]
pub struct Cli {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Default, Subcommand)]
enum Command {
    /// Answer requests until stopped; the default command
    #[default]
    #[command(after_help = "Example: roster serve --listen 0.0.0.0:3000")]
    Serve,
    /// Bring the database up to date, then exit
    #[command(after_help = "Example: roster migrate --data-dir /var/lib/roster")]
    Migrate,
    /// Check the settings, the keys, the database and what they depend on; changes nothing
    #[command(after_help = "Example: roster doctor && systemctl restart roster")]
    Doctor,
    /// Fill a new database with the example of an athletic department
    #[command(after_help = "Example: roster demo --data-dir /tmp/roster-demo")]
    Demo(demo::Options),
    /// Copy the database, even while it is in use, into a folder with a list of its contents
    #[command(after_help = "Example: roster backup /mnt/backups/$(date +%F)")]
    Backup(backup::Options),
    /// Check a backup: compare it with its manifest, restore it elsewhere, open every secret
    #[command(after_help = "Example: roster verify /mnt/backups/2026-11-21")]
    Verify(verify::Options),
    /// Ask the service on this machine whether it is ready
    #[command(after_help = "Example: roster health --listen 0.0.0.0:3000")]
    Health,
    /// Print a link that sets a person's new password
    #[command(after_help = "Example: roster reset-password ada@example.com")]
    ResetPassword(reset_password::Options),
    /// Give a person another e-mail address to sign in with; `roster doctor` names the ids of those who need one
    #[command(after_help = "Example: roster change-address 42 ada.b@example.com")]
    ChangeAddress(change_address::Options),
    /// Print the links of all pending invites
    #[command(after_help = "Example: roster invites --public-url https://roster.example.com")]
    Invites,
    /// Create keys to /rest, for n8n and scripts
    #[command(
        after_help = "Example: roster api-key create --workspace ada@example.com --name n8n --scope read"
    )]
    ApiKey {
        #[command(subcommand)]
        command: api_key::Command,
    },
    /// Print what happened in a workspace, and who did it
    #[command(after_help = "Example: roster events --workspace ada@example.com --json")]
    Events(events::Options),
    /// Print who was shown which token, and when
    #[command(after_help = "Example: roster readings --workspace ada@example.com --most 1000")]
    Readings(readings::Options),
    /// List the keys that seal tokens, replace them, and retire old ones
    #[command(after_help = "Example: roster keys rotate, then roster keys retire 4a1c7add")]
    Keys {
        #[command(subcommand)]
        command: Option<keys::Command>,
    },
    /// End the sessions of people
    #[command(after_help = "Example: roster sessions end --all")]
    Sessions {
        #[command(subcommand)]
        command: sessions::Command,
    },
    /// Print the description that /openapi.json serves
    #[command(name = "openapi", after_help = "Example: roster openapi > openapi.json")]
    OpenApi,
    /// Print the script that makes a shell complete these commands
    #[command(after_help = "Example: roster completions bash > /etc/bash_completion.d/roster")]
    Completions(completions::Options),
}

impl Cli {
    pub fn run(self) -> anyhow::Result<()> {
        self.run_command().map_err(for_operator)
    }

    fn run_command(self) -> anyhow::Result<()> {
        let flags = self.flags.0;
        let environment = || settings::environment::load(env::vars_os());
        let settings = || load_settings(&flags, &environment()?);
        match self.command.unwrap_or_default() {
            Command::Serve => serve::run(settings()?),
            Command::Migrate => migrate::run(settings()?),
            Command::Doctor => doctor::run(&flags, environment()),
            Command::Demo(options) => demo::run(settings()?, options),
            Command::Backup(options) => backup::run(&settings()?, &options),
            Command::Verify(options) => verify::run(&settings()?, &options),
            Command::Health => health::run(&settings()?),
            Command::ResetPassword(options) => reset_password::run(&settings()?, &options),
            Command::ChangeAddress(options) => change_address::run(&settings()?, &options),
            Command::Invites => invites::run(&settings()?),
            Command::ApiKey { command } => api_key::run(&settings()?, &command),
            Command::Events(options) => events::run(&settings()?, &options),
            Command::Readings(options) => readings::run(&settings()?, &options),
            Command::Keys { command } => keys::run(&settings()?, &command.unwrap_or_default()),
            Command::Sessions { command } => sessions::run(&settings()?, &command),
            Command::OpenApi => openapi::run(&settings()?),
            Command::Completions(options) => completions::run(&options),
        }
    }
}

/// The sentence for clients tells them to ask the operator, who reads this: the cause takes its place.
fn for_operator(error: anyhow::Error) -> anyhow::Error {
    match error.downcast() {
        Ok(Error::Database(cause)) => anyhow::Error::new(cause).context("The database failed"),
        Ok(Error::Ours(cause)) => anyhow::anyhow!("It failed: {cause}"),
        Ok(Error::Unavailable { cause: Some(cause), .. }) => {
            anyhow::anyhow!("The database is busy ({cause}); run this again")
        }
        Ok(other) => other.into(),
        Err(error) => error,
    }
}

fn load_settings(flags: &Texts, environment: &Texts) -> anyhow::Result<Settings> {
    let settings = Settings::load(flags, environment)?;
    logging::start(&settings.log, settings.log_format)?;
    for variable in settings::unknown_variables(environment) {
        log::warn!("{variable} is set, but Roster has no such setting; see roster --help");
    }
    Ok(settings)
}
