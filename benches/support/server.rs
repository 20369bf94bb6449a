//! Starts the binary twice on its own database, and measures the second start.

use std::{
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use tempfile::TempDir;

use crate::process::{self, Server};

/// A running server and its data folder, which is removed with it.
pub struct Started {
    pub server: Server,
    pub folder: TempDir,
    /// Time from the start of a process on an existing database to its first answer.
    pub first_answer: Duration,
}

pub fn start(database_url: Option<&str>) -> Started {
    start_binary(Path::new(env!("CARGO_BIN_EXE_roster")), database_url)
}

/// The same with another build of Roster.
pub fn start_binary(binary: &Path, database_url: Option<&str>) -> Started {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let serving = process::serving(folder.path(), database_url);
    let mut command = Command::new(binary);
    command.env_clear().envs(serving.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.env("ROSTER_LOG", "info").env("ROSTER_ARGON2_MEMORY_KIB", "1024").stderr(Stdio::null());
    let mut server = Server::start(command);
    server.kill();
    let first_answer = server.start_again();
    Started { server, folder, first_answer }
}
