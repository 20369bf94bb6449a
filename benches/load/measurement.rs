//! The figures of one workload at one contestant in one round, and their medians over all rounds.

use std::{fmt, time::Duration};

use super::{noise::Noise, workload::Load};

/// Times are in milliseconds, memory is in MB. CPU times are per request; `None` if the process is not known.
#[derive(Debug, Clone, Default)]
pub struct Measurement {
    pub rate: f64,
    pub p50: f64,
    pub p99: f64,
    pub server_cpu: Option<f64>,
    pub postgres_cpu: Option<f64>,
    pub client_cpu: f64,
    pub memory: Option<f64>,
}

/// CPU time that was used while the load was sent.
#[derive(Debug, Clone, Copy)]
pub struct CpuTimes {
    pub server: Option<Duration>,
    pub postgres: Option<Duration>,
    pub client: Duration,
}

impl CpuTimes {
    pub fn since(self, then: Self) -> Self {
        let since = |now: Option<Duration>, then: Option<Duration>| Some(now?.saturating_sub(then?));
        Self {
            server: since(self.server, then.server),
            postgres: since(self.postgres, then.postgres),
            client: self.client.saturating_sub(then.client),
        }
    }

    pub fn sum(self) -> Duration {
        self.client + self.server.unwrap_or_default() + self.postgres.unwrap_or_default()
    }
}

impl Measurement {
    pub fn new(load: &Load, cpu: CpuTimes, memory: Option<f64>) -> Self {
        let requests = float(load.latencies.len());
        let per_request = |time: Duration| time.as_secs_f64() * 1e3 / requests;
        Self {
            rate: requests / load.elapsed.as_secs_f64(),
            p50: load.percentile(50),
            p99: load.percentile(99),
            server_cpu: cpu.server.map(per_request),
            postgres_cpu: cpu.postgres.map(per_request),
            client_cpu: per_request(cpu.client),
            memory,
        }
    }

    /// Of each figure by itself.
    pub fn medians(of: &[&Self]) -> Self {
        let figures = |figure: fn(&Self) -> f64| median(of.iter().map(|one| figure(one)).collect());
        let options = |figure: fn(&Self) -> Option<f64>| {
            let known: Vec<f64> = of.iter().filter_map(|one| figure(one)).collect();
            (!known.is_empty()).then(|| median(known))
        };
        Self {
            rate: figures(|one| one.rate),
            p50: figures(|one| one.p50),
            p99: figures(|one| one.p99),
            server_cpu: options(|one| one.server_cpu),
            postgres_cpu: options(|one| one.postgres_cpu),
            client_cpu: figures(|one| one.client_cpu),
            memory: options(|one| one.memory),
        }
    }

    /// One line for what was measured, and with which noise if it is a single round.
    pub fn print(&self, what: &str, contestant: &str, noise: Option<&Noise>) {
        let noise = noise.map(|noise| format!("  [{noise}]")).unwrap_or_default();
        println!("{what:<32} {contestant:<22} {self}{noise}");
    }
}

impl fmt::Display for Measurement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rate, p50, p99, client_cpu, .. } = self;
        write!(f, "{rate:>6.0}/s  p50 {p50:>6.2}  p99 {p99:>6.2} ms  CPU ms: client {client_cpu:.3}")?;
        for (name, figure) in [("server", self.server_cpu), ("PostgreSQL", self.postgres_cpu)] {
            if let Some(figure) = figure {
                write!(f, " {name} {figure:.3}")?;
            }
        }
        if let Some(memory) = self.memory {
            write!(f, "  {memory:.1} MB")?;
        }
        Ok(())
    }
}

/// The mean of the two in the middle if the number is even.
pub fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_unstable_by(f64::total_cmp);
    let count = numbers.len();
    f64::midpoint(numbers[(count - 1) / 2], numbers[count / 2])
}

#[expect(clippy::cast_precision_loss, reason = "thousands, not quadrillions")]
pub fn float(count: usize) -> f64 {
    count as f64
}
