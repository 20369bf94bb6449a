//! What is sent to a contestant, and the thread that sends it: one thread for all connections, so that the client takes
//! little from the two cores that it shares with the servers.

use std::{
    future::Future,
    rc::Rc,
    time::{Duration, Instant},
};

use tokio::{runtime::Builder, task, task::LocalSet, time};

use super::{client::Connection, workspaces::Workspaces};

/// How much later than the end of the load the last answer may come.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workload {
    /// 70 % new accounts, 20 % conflicts, 10 % invalid requests.
    Mix,
    Create,
    /// The first page of 25 accounts.
    List,
    CreateAlone,
    CreateWith64,
}

/// The latencies of all requests, in ascending order.
pub struct Load {
    pub latencies: Vec<Duration>,
    pub elapsed: Duration,
}

impl Workload {
    pub const ALL: [Self; 5] = [Self::Mix, Self::Create, Self::List, Self::CreateAlone, Self::CreateWith64];

    pub fn name(self) -> &'static str {
        match self {
            Self::Mix => "mix",
            Self::Create => "create",
            Self::List => "list",
            Self::CreateAlone => "create, 1 connection",
            Self::CreateWith64 => "create, 64 connections",
        }
    }

    /// How many connections send it, where `usual` many send the others.
    pub fn connections(self, usual: usize) -> usize {
        match self {
            Self::CreateAlone => 1,
            Self::CreateWith64 => 64,
            Self::Mix | Self::Create | Self::List => usual,
        }
    }

    /// Sends it for a time. Panics at an answer with a wrong status.
    pub async fn send(
        self,
        base_url: &str,
        workspaces: &Rc<Workspaces>,
        connections: usize,
        time: Duration,
    ) -> Load {
        let mut open = Vec::new();
        for _ in 0..connections {
            open.push(Connection::open(base_url).await.expect("a server that listens"));
        }
        let since = Instant::now();
        let tasks: Vec<_> = open
            .into_iter()
            .map(|connection| {
                task::spawn_local(self.send_until(since + time, connection, workspaces.clone()))
            })
            .collect();
        let mut latencies = Vec::new();
        for task in tasks {
            let answers = time::timeout(time + ANSWER_TIMEOUT, task).await.expect("answers in time");
            latencies.extend(answers.expect("a connection that came to its end"));
        }
        let elapsed = since.elapsed();
        latencies.sort_unstable();
        Load { latencies, elapsed }
    }

    async fn send_until(
        self,
        until: Instant,
        mut connection: Connection,
        workspaces: Rc<Workspaces>,
    ) -> Vec<Duration> {
        let mut latencies = Vec::new();
        let mut request = Vec::new();
        let mut sent = Instant::now();
        while sent < until {
            let expected = workspaces.write_next(self, &mut request);
            let answer = connection.send(&request).await.expect("an answer");
            if answer.status != expected {
                let (request, body) =
                    (String::from_utf8_lossy(&request), String::from_utf8_lossy(answer.body));
                panic!("{} instead of {expected}: {body}\n\n{request}", answer.status);
            }
            let now = Instant::now();
            latencies.push(now - sent);
            sent = now;
        }
        latencies
    }
}

impl Load {
    /// The latency that this share of the requests does not exceed, in milliseconds.
    pub fn percentile(&self, percent: usize) -> f64 {
        self.latencies[(self.latencies.len() - 1) * percent / 100].as_secs_f64() * 1e3
    }
}

/// Runs the client on this thread.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    LocalSet::new().block_on(&runtime, future)
}
