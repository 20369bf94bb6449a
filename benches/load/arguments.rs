//! The arguments after `cargo bench --bench load --`.

use std::{fmt, path::PathBuf, time::Duration};

use clap::Parser;

/// Compares Roster on PostgreSQL and on SQLite with the same service on Fastify and pg, and with another Roster.
#[derive(Debug, Parser)]
pub struct Arguments {
    /// In each round every contestant gets every workload once; the table has the medians.
    #[arg(long, default_value_t = 5)]
    pub rounds: usize,

    /// How long one workload is sent to one contestant in one round.
    #[arg(long, default_value_t = 3.0)]
    pub seconds: f64,

    /// Connections that send at the same time.
    #[arg(long, default_value_t = 16)]
    pub connections: usize,

    /// Workspaces to register at each contestant; each has a full page of accounts.
    #[arg(long, default_value_t = 1_000)]
    pub workspaces: usize,

    /// Compares Roster also with itself when each workspace has this many accounts, such as 1000.
    #[arg(long, value_name = "ACCOUNTS")]
    pub grown: Option<usize>,

    /// Another build of Roster, which is compared on both databases.
    #[arg(long, value_name = "PATH")]
    pub baseline: Option<PathBuf>,

    /// The base URL of a Roster that runs already. The workspaces stay in it.
    #[arg(long)]
    pub url: Option<String>,

    /// The process that answers at the URL, for its CPU time and memory.
    #[arg(long, requires = "url")]
    pub pid: Option<u32>,

    /// Only contestants with this word in their name, such as `sqlite`; may be repeated.
    #[arg(long, value_name = "WORD")]
    pub only: Vec<String>,

    /// Cargo passes this to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

impl Arguments {
    pub fn includes(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        self.only.is_empty() || self.only.iter().any(|word| name.contains(&word.to_lowercase()))
    }

    pub fn time(&self) -> Duration {
        Duration::from_secs_f64(self.seconds)
    }
}

impl fmt::Display for Arguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rounds, seconds, connections, workspaces, .. } = self;
        write!(f, "{rounds} rounds of {seconds} s, {connections} connections, {workspaces} workspaces")
    }
}
