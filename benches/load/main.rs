//! Load test with real binaries, real sockets and both databases, beside the same service on Fastify and pg.
//! `cargo bench --bench load -- --help` shows its arguments. All contestants run from the beginning to the end; in each
//! round each gets each workload once, so that a change of the machine's speed meets all of them. The table has the
//! medians of the rounds.

mod arguments;
mod client;
mod cluster;
mod contestant;
mod fastify;
mod measurement;
mod noise;
#[allow(dead_code, reason = "tests use the rest")]
#[path = "../../tests/support/postgres.rs"]
mod postgres;
#[allow(dead_code, reason = "tests use the rest")]
#[path = "../../tests/support/process.rs"]
mod process;
mod processes;
mod raw;
mod results;
#[allow(dead_code, reason = "another uses the rest")]
#[path = "../support/server.rs"]
mod server;
mod table;
mod workload;
mod workspaces;

use clap::Parser as _;

use self::{
    arguments::Arguments, cluster::Cluster, noise::Counters, raw::RawLoop, results::Results,
    workload::Workload,
};

fn main() {
    let arguments = Arguments::parse();
    println!("{arguments}");
    let cluster = Cluster::start();
    let (contestants, absent) = contestant::start_all(&arguments, cluster.as_ref());
    let mut results = Results::new(contestants, absent);
    results.print_absent();
    if results.contestants.is_empty() {
        return;
    }
    warm_up(&arguments, &results);
    let file = results.contestants.iter().find_map(|contestant| contestant.file.as_deref());
    let mut raw = file.map(RawLoop::on_copy);
    for round in 1..=arguments.rounds {
        for workload in Workload::ALL {
            measure_all(&arguments, round, workload, &mut results);
            if let (Workload::Create, Some(raw)) = (workload, &mut raw) {
                measure_raw(&arguments, round, raw, &mut results);
            }
        }
    }
    results.print_medians();
    results.print_noise();
    table::print(&results);
    table::print_growth(&results);
    table::print_baselines(&results);
}

/// Fills caches and pools, and lets just-in-time compilers do their work.
fn warm_up(arguments: &Arguments, results: &Results) {
    for contestant in &results.contestants {
        for workload in [Workload::List, Workload::Mix] {
            contestant.measure(workload, arguments.connections, arguments.time());
        }
    }
}

/// Each round begins with another contestant.
fn measure_all(arguments: &Arguments, round: usize, workload: Workload, results: &mut Results) {
    let count = results.contestants.len();
    for place in (0..count).map(|turn| (turn + round) % count) {
        let contestant = &results.contestants[place];
        if contestant.takes(workload) {
            let connections = workload.connections(arguments.connections);
            let (measurement, noise) = contestant.measure(workload, connections, arguments.time());
            measurement.print(&name(round, workload), &contestant.name, Some(&noise));
            results.add(place, workload, measurement, noise);
        }
    }
}

fn measure_raw(arguments: &Arguments, round: usize, raw: &mut RawLoop, results: &mut Results) {
    let (counters, cpu) = (Counters::now(), processes::own_cpu());
    let rate = raw.run(arguments.time());
    let cpu = processes::own_cpu().saturating_sub(cpu);
    let cpu_per_account = cpu.as_secs_f64() * 1e3 / (rate * arguments.seconds);
    let noise = counters.noise(cpu);
    println!(
        "{:<32} {:<22} {rate:>6.0}/s  CPU ms: {cpu_per_account:.3}  [{noise}]",
        name(round, Workload::Create),
        "raw loop on SQLite"
    );
    results.add_raw(rate, noise);
}

fn name(round: usize, workload: Workload) -> String {
    format!("round {round}, {}", workload.name())
}
