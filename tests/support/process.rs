//! Runs the binary: one command until it ends, or a server in its own process.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use reqwest::blocking;
use rustix::process::{Pid, Signal, kill_process};

const START_TIMEOUT: Duration = Duration::from_secs(30);
const TICKS_PER_SECOND: u64 = 100;

/// Builds an HTTP client. The service gives its TLS to its own client alone, and these need a default.
pub fn http_client() -> blocking::ClientBuilder {
    _ = rustls::crypto::ring::default_provider().install_default();
    blocking::Client::builder()
}

/// What a command printed, and its exit code.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// A server process; it is killed when dropped.
pub struct Server {
    command: Command,
    process: Child,
    address: Address,
}

/// The URL of a server, `http://127.0.0.1:3000`; the port changes with each restart.
#[derive(Clone, Debug, Default)]
pub struct Address(Arc<Mutex<String>>);

pub trait HasAddress {
    fn address(&self) -> Address;

    fn base_url(&self) -> String {
        self.address().url("")
    }
}

/// A command with a data folder, cheap password hashing and an empty environment.
pub fn command(data_dir: &Path, database_url: Option<&str>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_roster"));
    command.env_clear().env("ROSTER_DATA_DIR", data_dir).env("ROSTER_LOG", "warn");
    command.env("ROSTER_ARGON2_MEMORY_KIB", "64").env("ROSTER_ARGON2_PASSES", "1");
    command.envs(database_url.map(|url| ("ROSTER_DATABASE_URL", url)));
    command
}

/// The same on a free port, with throttles that no test reaches; clients may name their address in `X-Forwarded-For`.
pub fn serving(data_dir: &Path, database_url: Option<&str>) -> Command {
    let mut command = command(data_dir, database_url);
    command.envs([
        ("ROSTER_LISTEN", "127.0.0.1:0"),
        ("ROSTER_LOG", "error"),
        ("ROSTER_TRUSTED_PROXIES", "127.0.0.1"),
        ("ROSTER_REGISTRATIONS_PER_ADDRESS", "100000"),
        ("ROSTER_MIN_FREE_DISK_PERCENT", "0"),
    ]);
    command
}

pub fn run(command: &mut Command) -> Ran {
    let output = command.output().expect("a binary that starts");
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

impl Ran {
    /// The first line with this prefix.
    pub fn line(&self, beginning: &str) -> &str {
        self.out
            .lines()
            .find(|line| line.starts_with(beginning))
            .unwrap_or_else(|| panic!("no line begins with {beginning:?}: {self:#?}"))
    }

    pub fn expect_success(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self
    }

    /// Panics unless the command failed with one line on standard error that contains the sentence.
    pub fn expect_refusal(self, sentence: &str) -> Self {
        assert_eq!(self.code, Some(1), "{self:#?}");
        assert!(self.err.starts_with("roster: ") && self.err.contains(sentence), "{self:#?}");
        assert_eq!((self.err.lines().count(), self.out.as_str()), (1, ""), "{self:#?}");
        self
    }
}

impl Server {
    pub fn start(mut command: Command) -> Self {
        let address = Address::default();
        let process = start(&mut command, &address);
        Self { command, process, address }
    }

    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        self.process.kill().expect("a process to kill");
        self.process.wait().expect("a process that ended");
    }

    /// SIGTERM, without waiting for the end.
    pub fn terminate(&mut self) {
        let id = i32::try_from(self.process.id()).ok().and_then(Pid::from_raw).expect("a process id");
        kill_process(id, Signal::TERM).expect("a process to stop");
    }

    pub fn ended(&mut self) -> Option<i32> {
        self.process.wait().expect("a process that ended").code()
    }

    /// What the process has logged, once it has ended; its standard error must be piped.
    pub fn log(&mut self) -> String {
        let mut log = String::new();
        let pipe = self.process.stderr.take().expect("a piped log");
        BufReader::new(pipe).read_to_string(&mut log).expect("text");
        log
    }

    /// Starts a new process; returns the time until its first ready answer.
    pub fn start_again(&mut self) -> Duration {
        let since = Instant::now();
        self.process = start(&mut self.command, &self.address);
        since.elapsed()
    }

    /// User and system CPU time so far.
    pub fn cpu(&self) -> Duration {
        let stat = self.proc("stat");
        let fields: Vec<&str> = stat.rsplit(") ").next().expect("its fields").split(' ').collect();
        let ticks: u64 = fields[11..13].iter().map(|field| field.parse::<u64>().expect("ticks")).sum();
        Duration::from_millis(ticks * 1_000 / TICKS_PER_SECOND)
    }

    /// Resident memory in KiB.
    pub fn memory(&self) -> u64 {
        let status = self.proc("status");
        let size = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its size");
        size.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    pub fn open_files(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.process.id())).expect("its files").count()
    }

    fn proc(&self, file: &str) -> String {
        fs::read_to_string(format!("/proc/{}/{file}", self.process.id())).expect("a process that runs")
    }
}

impl HasAddress for Server {
    fn address(&self) -> Address {
        self.address.clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Address {
    /// The base URL followed by the path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn set(&self, url: &str) {
        url.clone_into(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl HasAddress for Address {
    fn address(&self) -> Address {
        self.clone()
    }
}

impl HasAddress for str {
    fn address(&self) -> Address {
        Address(Arc::new(Mutex::new(self.to_owned())))
    }
}

impl HasAddress for String {
    fn address(&self) -> Address {
        self.as_str().address()
    }
}

fn start(command: &mut Command, address: &Address) -> Child {
    let mut process = command.stdout(Stdio::piped()).spawn().expect("the binary");
    let mut line = String::new();
    let output = process.stdout.take().expect("its standard output");
    BufReader::new(output).read_line(&mut line).expect("its first line");
    let (_, url) = line.trim().split_once(" answers at ").expect("a server that says where it answers");
    address.set(url);
    wait_until_ready(address);
    process
}

/// The port is open once the line is printed, so this polls only while the service answers that it is not ready.
fn wait_until_ready(address: &Address) {
    let http = http_client().build().expect("a client");
    let url = address.url("/health/ready");
    let since = Instant::now();
    while !http.get(&url).send().is_ok_and(|answer| answer.status().is_success()) {
        assert!(since.elapsed() < START_TIMEOUT, "{url} is never ready");
        thread::sleep(Duration::from_millis(5));
    }
}
