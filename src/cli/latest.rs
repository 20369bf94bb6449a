//! The arguments of the commands that print what a workspace has stored last.

use clap::{Args, value_parser};

use crate::{cli::existing, db::Conn, error::Result, settings::Settings};

#[derive(Debug, Args)]
pub struct Latest {
    /// The workspace: its id, its name, or the e-mail address of a person in it
    #[arg(long)]
    workspace: String,
    /// The maximum number of lines; the latest come first
    #[arg(long, default_value_t = 100, value_parser = value_parser!(i64).range(1..=1_000_000))]
    most: i64,
}

impl Latest {
    /// Loads rows of the workspace; `find` gets its id and the maximum.
    pub fn load<T>(
        &self,
        settings: &Settings,
        find: impl FnOnce(&mut Conn, i64, i64) -> Result<Vec<T>>,
    ) -> anyhow::Result<Vec<T>> {
        existing::current_database(settings)?.inspect(|conn| {
            let workspace = existing::workspace(conn, &self.workspace)?;
            Ok(find(conn, workspace.id, self.most)?)
        })
    }
}
