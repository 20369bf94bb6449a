//! Roster: the register of a workspace's social accounts. `controllers` translate the APIs' formats; `models` and
//! `records` contain the rules.

pub mod answer_budget;
pub mod app;
mod backoff;
pub mod backup;
pub mod body_budget;
pub mod catalogue;
pub mod cli;
pub mod clock;
pub mod controllers;
pub mod crypto;
mod data_dir;
pub mod db;
mod demo;
pub mod error;
pub mod idempotency;
pub mod jobs;
mod key_watch;
mod large_buffer;
pub mod logging;
mod mail;
pub mod memory_budget;
pub mod models;
pub mod networks;
pub mod parameters;
mod person_name;
pub mod progress_timeout;
pub mod records;
mod request_id;
mod routes;
#[allow(clippy::wildcard_imports, reason = "diesel print-schema writes them; tests may have them anyway")]
mod schema;
pub mod server;
pub mod settings;
mod spelling;
mod sql_types;
mod stopping;
mod thread_priority;
