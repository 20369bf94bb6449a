//! `roster completions`: the script with which a shell completes the other commands.

use std::io::{self, Write as _};

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::Cli;

#[derive(Debug, Args)]
pub struct Options {
    /// The shell
    shell: Shell,
}

/// Renders before writing, because the generator panics if standard output is closed.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), "roster", &mut script);
    io::stdout().write_all(&script)?;
    Ok(())
}
