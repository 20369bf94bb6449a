//! The commands, through the real binary, beside a service that runs on the same database.

mod api_key;
mod backup;
mod binary;
mod completions;
mod demo;
mod doctor;
mod invites;
mod migrate;
mod readings;
mod reset_password;
mod service;
