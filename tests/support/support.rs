//! Shared by the test targets: databases cloned from a migrated template, servers, clients and people.

pub mod both_databases;
pub mod client;
pub mod database;
pub mod mailbox;
pub mod not_run;
pub mod peer;
pub mod people;
pub mod pgbouncer;
pub mod postgres;
pub mod process;
pub mod proxy;
pub mod receiver;
pub mod recorded;
pub mod recorded_statements;
pub mod server;
pub mod stand_in;
