//! The doors. A controller reads what was asked, calls one verb of the models, and answers in its door's dialect.

pub mod answer;
pub mod api;
pub mod at;
pub mod client;
pub mod cors;
pub mod docs;
pub mod health;
pub mod idempotency_key;
mod network;
pub mod openapi;
pub mod pages;
pub mod request_log;
pub mod rest;
mod session;
