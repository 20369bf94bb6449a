//! The commands, through the real binary, beside a service that runs on the same database.

mod api_key;
mod backup;
mod completions;
mod demo;
mod doctor;
mod invites;
mod migrate;
mod readings;
mod reset_password;

use crate::support::{
    process::{self, Ran},
    server::TestApp,
};

/// Runs a command on the database and the keys of a running service.
pub fn run_beside(app: &TestApp, arguments: &[&str]) -> Ran {
    process::run(app.database.command().args(arguments))
}
