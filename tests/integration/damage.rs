//! Damage that the database or the disk did: found, told, and kept from spreading.

mod data_folder;
mod file;
mod read_only;
mod sealed_values;

use std::{
    thread,
    time::{Duration, Instant},
};

use diesel::RunQueryDsl as _;
use reqwest::Method;

use crate::{
    database::connect,
    support::{client::Client, database::Database, process::HasAddress},
};

const PATIENCE: Duration = Duration::from_secs(30);

pub fn execute(database: &Database, sql: &str) -> usize {
    diesel::sql_query(sql).execute(&mut connect(database)).unwrap_or_else(|error| panic!("{sql}: {error}"))
}

/// Polls, because what is known of the file may be a second old, and checks run in the background.
fn readiness_becomes(server: &impl HasAddress, status: u16) {
    let since = Instant::now();
    let ready = || Client::new(server).send(Method::GET, "/health/ready", None).expect("an answer").status;
    while ready() != status {
        assert!(since.elapsed() < PATIENCE, "readiness does not become {status}");
        thread::sleep(Duration::from_millis(20));
    }
}
