//! The real binary over a test database: started, asked, watched through `/proc`, and killed when dropped.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use crate::support::database::Database;

pub struct Served {
    pub base_url: String,
    process: Child,
    /// Closed pipes would end the server's words, so they stay open.
    _says: BufReader<std::process::ChildStdout>,
}

/// The binary with nothing of this process's environment that it would read.
pub fn roster() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_roster"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("ROSTER_") || name == "DATABASE_URL" {
            command.env_remove(name);
        }
    }
    command.args(["--listen", "127.0.0.1:0"]).stdin(Stdio::null());
    command
}

/// The same, told to use this database.
pub fn roster_over(database: &Database) -> Command {
    let mut command = roster();
    command.env("ROSTER_DATA_DIR", database.folder.path());
    if let Some(url) = database.url() {
        command.env("ROSTER_DATABASE_URL", url);
    }
    command
}

impl Served {
    /// Serves with the settings the README names, but for these.
    pub fn start(database: &Database, settings: &[(&str, &str)]) -> Self {
        let mut command = roster_over(database);
        command.env("ROSTER_LOG", "warn").envs(settings.iter().copied());
        let mut process =
            command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("a server that starts");
        let mut says = BufReader::new(process.stdout.take().expect("its words"));
        let mut line = String::new();
        says.read_line(&mut line).expect("its first line");
        let base_url = line.trim().rsplit(' ').next().filter(|url| url.starts_with("http://"));
        let base_url = base_url.unwrap_or_else(|| panic!("no URL in {line:?}")).to_owned();
        Self { base_url, process, _says: says }
    }

    /// Resident memory in KiB.
    pub fn memory(&self) -> u64 {
        let status = self.proc("status");
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("a size");
        line.split_whitespace().nth(1).and_then(|size| size.parse().ok()).expect("a number")
    }

    pub fn open_files(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.process.id())).expect("its files").count()
    }

    fn proc(&self, file: &str) -> String {
        fs::read_to_string(format!("/proc/{}/{file}", self.process.id())).expect("a running server")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
