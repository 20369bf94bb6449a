//! What was measured in all rounds.

use super::{
    contestant::{Contestant, Database, Role},
    measurement::{Measurement, median},
    noise::Noise,
    workload::Workload,
};

/// Above this share, who gets the CPU decides more than the contestants; a single thread such as the raw loop loses most.
const QUIET_PERCENT: f64 = 20.0;

pub struct Results {
    pub contestants: Vec<Contestant>,
    /// Why others do not take part.
    absent: Vec<String>,
    /// With the contestant's place in the list.
    measured: Vec<(usize, Workload, Measurement)>,
    /// Accounts per second in the raw loop.
    raw: Vec<f64>,
    noise: Vec<Noise>,
}

impl Results {
    pub fn new(contestants: Vec<Contestant>, absent: Vec<String>) -> Self {
        Self { contestants, absent, measured: Vec::new(), raw: Vec::new(), noise: Vec::new() }
    }

    pub fn add(&mut self, contestant: usize, workload: Workload, measurement: Measurement, noise: Noise) {
        self.measured.push((contestant, workload, measurement));
        self.noise.push(noise);
    }

    pub fn add_raw(&mut self, rate: f64, noise: Noise) {
        self.raw.push(rate);
        self.noise.push(noise);
    }

    /// `None` if this contestant did not get this workload.
    pub fn medians(&self, contestant: usize, workload: Workload) -> Option<Measurement> {
        let of = self.measured.iter().filter(|one| (one.0, one.1) == (contestant, workload));
        let of: Vec<&Measurement> = of.map(|one| &one.2).collect();
        (!of.is_empty()).then(|| Measurement::medians(&of))
    }

    pub fn raw_median(&self) -> Option<f64> {
        (!self.raw.is_empty()).then(|| median(self.raw.clone()))
    }

    pub fn place(&self, role: Role) -> Option<usize> {
        self.contestants.iter().position(|contestant| contestant.role == role)
    }

    /// The places of two roles on the same database.
    pub fn pairs(&self, first: fn(Database) -> Role, second: fn(Database) -> Role) -> Vec<(usize, usize)> {
        let places = |database| Some((self.place(first(database))?, self.place(second(database))?));
        [Database::PostgreSql, Database::Sqlite].into_iter().filter_map(places).collect()
    }

    pub fn print_medians(&self) {
        println!("\nMedians of all rounds");
        for workload in Workload::ALL {
            for (place, contestant) in self.contestants.iter().enumerate() {
                if let Some(medians) = self.medians(place, workload) {
                    medians.print(workload.name(), &contestant.name, None);
                }
            }
        }
        if let Some(rate) = self.raw_median() {
            println!("{:<32} {:<22} {rate:>6.0}/s", "create", "raw loop on SQLite");
        }
    }

    pub fn print_absent(&self) {
        for reason in &self.absent {
            println!("{reason}");
        }
    }

    pub fn print_noise(&self) {
        let print = |what: &str, share: fn(&Noise) -> f64| {
            let shares: Vec<f64> = self.noise.iter().map(share).collect();
            let most = shares.iter().copied().fold(0.0, f64::max);
            let median = median(shares);
            println!("{what}: median {median:.1} %, at most {most:.1} %");
            median
        };
        let steal = print("Time that the hypervisor took (steal)", |noise| noise.steal);
        let others = print("CPU time of other processes", |noise| noise.others);
        if steal + others > QUIET_PERCENT {
            println!(
                "The machine was not quiet: repeat this before you believe a ratio, above all to the raw loop."
            );
        }
    }
}
