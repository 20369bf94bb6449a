//! `roster migrate`: for operators who change the database before they change the processes.

use crate::{app::App, clock::Clock, settings::Settings};

/// Opening the app is what migrates.
pub fn run(settings: Settings) -> anyhow::Result<()> {
    App::open(settings, Clock::default())?;
    println!("The database is up to date.");
    Ok(())
}
