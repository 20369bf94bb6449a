//! Benchmarks `/rest` with a workspace of 1,000 connected accounts and one of 100,000. `cargo bench --bench records`
//! prints, for each database, the times of one page and of a walk over all pages, and the ratio between the two
//! workspaces.

#[allow(dead_code, reason = "tests use the rest")]
#[path = "../../tests/support/postgres.rs"]
mod postgres;
#[allow(dead_code, reason = "tests use the rest")]
#[path = "../../tests/support/process.rs"]
mod process;
#[allow(dead_code, reason = "another uses the rest")]
#[path = "../support/server.rs"]
mod server;
mod workspace;

use std::time::{Duration, Instant};

use self::{postgres::Postgres, process::HasAddress as _, workspace::Workspace};

const SMALL: usize = 1_000;
const LARGE: usize = 100_000;
const REPEATS: usize = 9;

fn main() {
    report("SQLite", None);
    if let Some(postgres) = Postgres::durable() {
        postgres.create("records");
        report("PostgreSQL", Some(&postgres.url("records")));
    }
}

fn report(database: &str, url: Option<&str>) {
    let started = server::start(url);
    let (server, address) = (&started.server, started.server.base_url());
    let small = Workspace::create(&address, SMALL);
    let since = Instant::now();
    let large = Workspace::create(&address, LARGE);
    println!("{database}: {LARGE} accounts in {:.1} s", since.elapsed().as_secs_f64());
    compare("a page in order, with relations", &small, &large, REPEATS, |workspace| {
        workspace.page();
    });
    compare("the walk over all", &small, &large, 3, |workspace| {
        assert_eq!(workspace.walk(), workspace.accounts);
    });
    println!("  {:.1} MB resident", megabytes(server.memory()));
}

fn compare(what: &str, small: &Workspace, large: &Workspace, repeats: usize, work: impl Fn(&Workspace)) {
    let [small, large] = [small, large].map(|workspace| median(repeats, || work(workspace)));
    println!(
        "  {what}: {:.1} ms, {:.1} ms, {:.1} times",
        small.as_secs_f64() * 1e3,
        large.as_secs_f64() * 1e3,
        large.as_secs_f64() / small.as_secs_f64(),
    );
}

fn median(repeats: usize, work: impl Fn()) -> Duration {
    let mut times: Vec<Duration> = (0..repeats)
        .map(|_| {
            let since = Instant::now();
            work();
            since.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[repeats / 2]
}

fn megabytes(kib: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "megabytes, not exabytes")]
    let kib = kib as f64;
    kib / 1024.0
}
