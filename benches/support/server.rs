//! The binary in a process of its own, and what `/proc` says of it.

use std::{
    fs,
    net::TcpListener,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

const TICKS_PER_SECOND: u64 = 100;

pub struct Server {
    pub address: String,
    /// From the start of a process whose database exists to its first answer.
    pub first_answer: Duration,
    process: Child,
    _folder: TempDir,
}

impl Server {
    pub fn start(database_url: Option<&str>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let address = format!("127.0.0.1:{port}");
        let mut command = Command::new(env!("CARGO_BIN_EXE_roster"));
        command
            .env("ROSTER_LISTEN", &address)
            .env("ROSTER_DATA_DIR", folder.path())
            .env("ROSTER_ARGON2_MEMORY_KIB", "1024")
            .env("ROSTER_REGISTRATIONS_PER_ADDRESS", "1000")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if let Some(url) = database_url {
            command.env("DATABASE_URL", url);
        }
        let mut first = command.spawn().expect("the binary");
        answers(&address);
        first.kill().and_then(|()| first.wait()).expect("a process to end");
        let since = Instant::now();
        let process = command.spawn().expect("the binary");
        answers(&address);
        Self { address, first_answer: since.elapsed(), process, _folder: folder }
    }

    /// User and system time so far.
    pub fn cpu(&self) -> Duration {
        let stat =
            fs::read_to_string(format!("/proc/{}/stat", self.process.id())).expect("a process that runs");
        let fields: Vec<&str> = stat.rsplit(") ").next().expect("its fields").split(' ').collect();
        let ticks: u64 = fields[11..13].iter().map(|field| field.parse::<u64>().expect("ticks")).sum();
        Duration::from_millis(ticks * 1_000 / TICKS_PER_SECOND)
    }

    pub fn resident_mb(&self) -> f64 {
        let status =
            fs::read_to_string(format!("/proc/{}/status", self.process.id())).expect("a process that runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
        line.trim().trim_end_matches(" kB").parse::<f64>().expect("kilobytes") / 1024.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn answers(address: &str) {
    let url = format!("http://{address}/health/ready");
    let deadline = Instant::now() + Duration::from_secs(10);
    while !reqwest::blocking::get(&url).is_ok_and(|answer| answer.status().is_success()) {
        assert!(Instant::now() < deadline, "the service does not answer");
        thread::sleep(Duration::from_millis(5));
    }
}
