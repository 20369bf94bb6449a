//! A server that takes part: how it is started, filled and measured.

use std::{
    path::{Path, PathBuf},
    rc::Rc,
    time::Duration,
};

use super::{
    arguments::Arguments,
    cluster::Cluster,
    fastify,
    measurement::{CpuTimes, Measurement},
    noise::{Counters, Noise},
    process::{HasAddress as _, Server},
    processes,
    server::{self, Started},
    workload::{Workload, block_on},
    workspaces::{PAGE, Workspaces},
};

const BINARY: &str = env!("CARGO_BIN_EXE_roster");

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Fastify,
    Roster(Database),
    /// The same build of Roster, with more accounts in each workspace.
    Grown(Database),
    /// Another build of Roster.
    Baseline(Database),
    /// A server that ran before.
    Url,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    PostgreSql,
    Sqlite,
}

pub struct Contestant {
    pub role: Role,
    pub name: String,
    base_url: String,
    process: Option<u32>,
    /// The first process of its PostgreSQL.
    postmaster: Option<u32>,
    /// The SQLite file of a Roster.
    pub file: Option<PathBuf>,
    /// MB after the start, before any request.
    pub idle: Option<f64>,
    pub first_answer: Option<Duration>,
    workspaces: Rc<Workspaces>,
    _running: Running,
}

/// The server, which ends with the contestant.
enum Running {
    Roster { _started: Started },
    Fastify { _server: Server },
    Elsewhere,
}

/// Starts and fills all that the arguments include. The second list says which do not take part, and why.
pub fn start_all(arguments: &Arguments, cluster: Option<&Cluster>) -> (Vec<Contestant>, Vec<String>) {
    let mut roles = vec![
        Role::Fastify,
        Role::Roster(Database::PostgreSql),
        Role::Roster(Database::Sqlite),
        Role::Grown(Database::PostgreSql),
        Role::Grown(Database::Sqlite),
        Role::Baseline(Database::PostgreSql),
        Role::Baseline(Database::Sqlite),
        Role::Url,
    ];
    roles.retain(|role| match role {
        Role::Grown(_) => arguments.grown.is_some(),
        Role::Baseline(_) => arguments.baseline.is_some(),
        Role::Url => arguments.url.is_some(),
        Role::Fastify | Role::Roster(_) => true,
    });
    roles.retain(|role| arguments.includes(&role.name(arguments)));
    let (mut started, mut absent) = (Vec::new(), Vec::new());
    for role in roles {
        match Contestant::start(role, arguments, cluster) {
            Ok(contestant) => started.push(contestant),
            Err(reason) => absent.push(format!("{} does not take part: {reason}", role.name(arguments))),
        }
    }
    (started, absent)
}

impl Role {
    fn name(self, arguments: &Arguments) -> String {
        match self {
            Self::Fastify => "Fastify + pg".to_owned(),
            Self::Roster(database) => format!("Roster, {}", database.name()),
            Self::Grown(database) => format!("grown, {}", database.name()),
            Self::Baseline(database) => format!("baseline, {}", database.name()),
            Self::Url => arguments.url.clone().unwrap_or_default(),
        }
    }
}

impl Database {
    fn name(self) -> &'static str {
        match self {
            Self::PostgreSql => "PostgreSQL",
            Self::Sqlite => "SQLite",
        }
    }
}

impl Contestant {
    fn start(role: Role, arguments: &Arguments, cluster: Option<&Cluster>) -> Result<Self, String> {
        match role {
            Role::Fastify => {
                let cluster = cluster.ok_or("PostgreSQL is not installed")?;
                let url = cluster.create("fastify");
                let (server, first_answer) = fastify::start(&url)?;
                let base_url = server.base_url();
                let (id, running) = (server.id(), Running::Fastify { _server: server });
                let started = Self::fill(role, arguments, base_url, Some(id), running);
                cluster.analyze("fastify");
                Ok(Self { postmaster: Some(cluster.postmaster), first_answer: Some(first_answer), ..started })
            }
            Role::Roster(database) => {
                Self::start_roster(role, Path::new(BINARY), "roster", database, arguments, cluster)
            }
            Role::Grown(database) => {
                Self::start_roster(role, Path::new(BINARY), "grown", database, arguments, cluster)
            }
            Role::Baseline(database) => {
                let binary = arguments.baseline.as_deref().ok_or("it is not named")?;
                Self::start_roster(role, binary, "baseline", database, arguments, cluster)
            }
            Role::Url => {
                let url = arguments.url.clone().ok_or("it is not named")?;
                Ok(Self::fill(role, arguments, url, arguments.pid, Running::Elsewhere))
            }
        }
    }

    fn start_roster(
        role: Role,
        binary: &Path,
        name: &str,
        database: Database,
        arguments: &Arguments,
        cluster: Option<&Cluster>,
    ) -> Result<Self, String> {
        let cluster = match database {
            Database::PostgreSql => Some(cluster.ok_or("PostgreSQL is not installed")?),
            Database::Sqlite => None,
        };
        let url = cluster.map(|cluster| cluster.create(name));
        let started = server::start_binary(binary, url.as_deref());
        let (base_url, id, first_answer) =
            (started.server.base_url(), started.server.id(), started.first_answer);
        let file = started.folder.path().join("roster.sqlite3");
        let filled = Self::fill(role, arguments, base_url, Some(id), Running::Roster { _started: started });
        if let Some(cluster) = cluster {
            cluster.analyze(name);
        }
        Ok(Self {
            postmaster: cluster.map(|cluster| cluster.postmaster),
            file: cluster.is_none().then_some(file),
            first_answer: Some(first_answer),
            ..filled
        })
    }

    fn fill(
        role: Role,
        arguments: &Arguments,
        base_url: String,
        process: Option<u32>,
        running: Running,
    ) -> Self {
        let idle = process.map(processes::memory);
        let (count, connections) = (arguments.workspaces, arguments.connections);
        let accounts = match role {
            Role::Grown(_) => arguments.grown.unwrap_or(PAGE),
            _ => PAGE,
        };
        let workspaces = block_on(Workspaces::register(&base_url, count, accounts, connections));
        let name = role.name(arguments);
        Self {
            role,
            name,
            base_url,
            process,
            postmaster: None,
            file: None,
            idle,
            first_answer: None,
            workspaces,
            _running: running,
        }
    }

    /// Only SQLite creates are measured with 64 connections.
    pub fn takes(&self, workload: Workload) -> bool {
        workload != Workload::CreateWith64 || self.file.is_some()
    }

    pub fn measure(&self, workload: Workload, connections: usize, time: Duration) -> (Measurement, Noise) {
        let (counters, before) = (Counters::now(), self.cpu_times());
        let load = block_on(workload.send(&self.base_url, &self.workspaces, connections, time));
        let cpu = self.cpu_times().since(before);
        let noise = counters.noise(cpu.sum());
        (Measurement::new(&load, cpu, self.process.map(processes::memory)), noise)
    }

    fn cpu_times(&self) -> CpuTimes {
        CpuTimes {
            server: self.process.map(processes::cpu),
            postgres: self.postmaster.map(processes::cpu),
            client: processes::own_cpu(),
        }
    }
}
