//! Load test with the real binary, real sockets and both databases. 16 connections of 16 workspaces send 70 % creates,
//! 20 % conflicts and 10 % validation errors for ten seconds. `cargo bench --bench load` prints requests per second,
//! latencies and the server's CPU time per request.

mod client;
#[allow(dead_code, reason = "tests use the rest")]
#[path = "../../tests/support/postgres.rs"]
mod postgres;
#[allow(dead_code, reason = "tests use the rest")]
#[path = "../../tests/support/process.rs"]
mod process;
#[path = "../support/server.rs"]
mod server;

use std::{
    thread,
    time::{Duration, Instant},
};

use self::{client::Client, postgres::Postgres, process::HasAddress as _};

const CONNECTIONS: usize = 16;
const WARM_UP: Duration = Duration::from_secs(2);
const MEASURED: Duration = Duration::from_secs(10);

fn main() {
    report("SQLite", None);
    if let Some(postgres) = Postgres::durable() {
        postgres.create("load");
        report("PostgreSQL", Some(&postgres.url("load")));
    }
}

fn report(database: &str, url: Option<&str>) {
    let started = server::start(url);
    let (server, address) = (&started.server, started.server.base_url());
    let clients: Vec<Client> = (0..CONNECTIONS).map(|number| Client::register(&address, number)).collect();
    let idle = megabytes(server.memory());
    let clients = run(clients, WARM_UP).0;
    let (cpu, since) = (server.cpu(), Instant::now());
    let (_, mut latencies) = run(clients, MEASURED);
    let (cpu, elapsed) = (server.cpu().saturating_sub(cpu), since.elapsed());
    latencies.sort_unstable();
    let count = latencies.len();
    #[expect(clippy::cast_precision_loss, reason = "thousands, not quadrillions")]
    let requests = count as f64;
    let percentile = |share: usize| latencies[(count - 1) * share / 100].as_secs_f64() * 1e3;
    println!(
        "{database:<10} {:>6.0} requests/s  p50 {:.2} ms  p99 {:.2} ms  server CPU {:.3} ms/request  \
         idle {idle:.1} MB, after {:.1} MB  first answer after {:.0} ms",
        requests / elapsed.as_secs_f64(),
        percentile(50),
        percentile(99),
        cpu.as_secs_f64() * 1e3 / requests,
        megabytes(server.memory()),
        started.first_answer.as_secs_f64() * 1e3,
    );
}

/// How long all clients send; answers are awaited before the next round.
fn run(clients: Vec<Client>, time: Duration) -> (Vec<Client>, Vec<Duration>) {
    let until = Instant::now() + time;
    let threads: Vec<_> =
        clients.into_iter().map(|client| thread::spawn(move || client.send_until(until))).collect();
    let mut together = (Vec::new(), Vec::new());
    for thread in threads {
        let (client, latencies) = thread.join().expect("a client that came to its end");
        together.0.push(client);
        together.1.extend(latencies);
    }
    together
}

fn megabytes(kib: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "megabytes, not exabytes")]
    let kib = kib as f64;
    kib / 1024.0
}
