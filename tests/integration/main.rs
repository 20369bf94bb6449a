//! Tests of the service over a real socket, beside the examples of `spec/`. Paths follow URLs, commands and nouns.

mod api;
mod client_header;
mod commands;
mod damage;
mod database;
mod floors;
mod grants;
mod health;
mod jobs;
mod model;
mod openapi;
mod pages;
mod rest;
#[path = "../support/support.rs"]
#[allow(dead_code, reason = "each test target uses its part of the support")]
mod support;
mod webhooks;
