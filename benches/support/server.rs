//! Starts the binary twice on its own database, and measures the second start.

use std::{process::Stdio, time::Duration};

use tempfile::TempDir;

use crate::process::{self, Server};

pub struct Started {
    pub server: Server,
    /// Time from the start of a process on an existing database to its first answer.
    pub first_answer: Duration,
    _folder: TempDir,
}

pub fn start(database_url: Option<&str>) -> Started {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = process::serving(folder.path(), database_url);
    command.env("ROSTER_LOG", "info").env("ROSTER_ARGON2_MEMORY_KIB", "1024").stderr(Stdio::null());
    let mut server = Server::start(command);
    server.kill();
    let first_answer = server.start_again();
    Started { server, first_answer, _folder: folder }
}
