//! The service through a real socket: what single examples of `spec/` cannot show. A file's path is its URL.

mod api;
mod commands;
mod database;
mod floors;
mod jobs;
mod model;
mod openapi;
mod rest;
#[path = "../support/support.rs"]
#[allow(dead_code, reason = "each test target uses its part of the support")]
mod support;
