//! The commands of the binary, on the database of a running service.

mod api_key;
mod backup;
mod completions;
mod demo;
mod doctor;
mod events;
mod health;
mod invites;
mod keys;
mod migrate;
mod readings;
mod reset_password;
mod serve;
mod sessions;
mod variables;
mod verify;
mod waiting;

use crate::support::{
    process::{self, Ran},
    server::TestApp,
};

pub fn run_beside(app: &TestApp, arguments: &[&str]) -> Ran {
    process::run(app.database.command().args(arguments))
}
