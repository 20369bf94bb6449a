//! What else happened on the machine: time that the hypervisor took, CPU time of other processes, and waiting.

use std::{
    fmt, fs,
    time::{Duration, Instant},
};

use super::processes::TICKS_PER_SECOND;

/// The machine's counters at one moment.
pub struct Counters {
    at: Instant,
    /// The fields of the first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal.
    ticks: Vec<u64>,
    /// Microseconds in which some task waited, from /proc/pressure.
    waited_for_cpu: Option<u64>,
    waited_for_io: Option<u64>,
}

/// Shares are in percent of the time.
pub struct Noise {
    pub steal: f64,
    /// Of all cores together.
    pub others: f64,
    load: String,
    cpu_pressure: Option<f64>,
    io_pressure: Option<f64>,
}

impl Counters {
    pub fn now() -> Self {
        let stat = fs::read_to_string("/proc/stat").expect("/proc/stat");
        let fields = stat.lines().next().unwrap_or_default().split_whitespace().skip(1).take(8);
        Self {
            at: Instant::now(),
            ticks: fields.map(|field| field.parse().expect("ticks")).collect(),
            waited_for_cpu: waited_for("cpu"),
            waited_for_io: waited_for("io"),
        }
    }

    /// What happened since. `ours` is the CPU time of the client and the servers.
    pub fn noise(&self, ours: Duration) -> Noise {
        let now = Self::now();
        let elapsed = now.at - self.at;
        let passed: Vec<f64> =
            now.ticks.iter().zip(&self.ticks).map(|(now, then)| float(now.saturating_sub(*then))).collect();
        let (all, waiting, steal) = (passed.iter().sum::<f64>(), passed[3] + passed[4], passed[7]);
        let ours = ours.as_secs_f64() * TICKS_PER_SECOND;
        let pressure = |now: Option<u64>, then: Option<u64>| {
            Some(float(now?.saturating_sub(then?)) / elapsed.as_secs_f64() / 1e6 * 100.0)
        };
        Noise {
            steal: steal / all * 100.0,
            others: ((all - waiting - steal - ours) / all * 100.0).max(0.0),
            load: load(),
            cpu_pressure: pressure(now.waited_for_cpu, self.waited_for_cpu),
            io_pressure: pressure(now.waited_for_io, self.waited_for_io),
        }
    }
}

impl fmt::Display for Noise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "steal {:.0} %, others {:.0} %, load {}", self.steal, self.others, self.load)?;
        for (name, pressure) in [("cpu", self.cpu_pressure), ("io", self.io_pressure)] {
            match pressure {
                Some(percent) => write!(f, ", {name} pressure {percent:.0} %")?,
                None => write!(f, ", {name} pressure unknown")?,
            }
        }
        Ok(())
    }
}

/// `None` if this kernel does not measure pressure.
fn waited_for(resource: &str) -> Option<u64> {
    let pressure = fs::read_to_string(format!("/proc/pressure/{resource}")).ok()?;
    pressure.lines().next()?.rsplit_once("total=")?.1.parse().ok()
}

/// The load average of the last minute.
fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().unwrap_or_default().to_owned()
}

#[expect(clippy::cast_precision_loss, reason = "seconds in microseconds, not centuries")]
fn float(number: u64) -> f64 {
    number as f64
}
