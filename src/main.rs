use std::process::ExitCode;

use clap::Parser;
use roster::{cli::Cli, logging};

fn main() -> ExitCode {
    let outcome = Cli::parse().run();
    logging::flush();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("roster: {error:#}");
            ExitCode::FAILURE
        }
    }
}
