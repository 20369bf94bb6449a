//! The binary as a process of its own, over a database that others may serve too. Dropped is killed.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use crate::support::database::Database;

const LONGEST_START: Duration = Duration::from_secs(30);

pub struct Server {
    command: Command,
    process: Child,
    pub address: Address,
}

/// Where a server answers; another port after each restart.
#[derive(Clone, Debug, Default)]
pub struct Address(Arc<Mutex<String>>);

impl Server {
    pub fn start(database: &Database) -> Self {
        Self::start_with(database, &[])
    }

    /// With these variables on top of the usual ones.
    pub fn start_with(database: &Database, variables: &[(&str, &str)]) -> Self {
        let mut command = command(database);
        command.envs(variables.iter().copied());
        let address = Address::default();
        let process = run(&mut command, &address);
        wait_until_ready(&address);
        Self { command, process, address }
    }

    /// Two processes that serve one database.
    pub fn pair(database: &Database) -> [Self; 2] {
        [Self::start(database), Self::start(database)]
    }

    /// Resident memory in KiB.
    pub fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).expect("its status");
        let size = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its size");
        size.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    pub fn open_files(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.process.id())).expect("its files").count()
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        self.process.kill().expect("a process to kill");
        self.process.wait().expect("a process that ended");
    }

    /// The time from the start to the first answer that it is ready.
    pub fn start_again(&mut self) -> Duration {
        let since = Instant::now();
        self.process = run(&mut self.command, &self.address);
        wait_until_ready(&self.address);
        since.elapsed()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Address {
    pub fn get(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, url: &str) {
        url.clone_into(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Cheap passwords, no throttle in the way, and clients that may say which address they come from.
pub fn command(database: &Database) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_roster"));
    command.env_clear().env("ROSTER_DATA_DIR", database.folder.path()).stdout(Stdio::piped());
    command.envs(database.url().map(|url| ("ROSTER_DATABASE_URL", url)));
    command.envs([
        ("ROSTER_LISTEN", "127.0.0.1:0"),
        ("ROSTER_LOG", "error"),
        ("ROSTER_TRUSTED_PROXIES", "127.0.0.1"),
        ("ROSTER_REGISTRATIONS_PER_ADDRESS", "100000"),
        ("ROSTER_ARGON2_MEMORY_KIB", "64"),
        ("ROSTER_ARGON2_PASSES", "1"),
    ]);
    command
}

fn run(command: &mut Command, address: &Address) -> Child {
    let mut process = command.spawn().expect("the binary");
    let mut line = String::new();
    let output = process.stdout.take().expect("its standard output");
    BufReader::new(output).read_line(&mut line).expect("its first line");
    let url = line.trim().strip_prefix("Roster answers at ").expect("a server that says where it answers");
    address.set(url);
    process
}

fn wait_until_ready(address: &Address) {
    let http = reqwest::blocking::Client::new();
    let url = format!("{}/health/ready", address.get());
    let since = Instant::now();
    while !http.get(&url).send().is_ok_and(|answer| answer.status().is_success()) {
        assert!(since.elapsed() < LONGEST_START, "{url} is never ready");
        thread::sleep(Duration::from_millis(5));
    }
}
