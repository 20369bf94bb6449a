//! The HTTP layer. A controller parses the request, calls one function of the models, and renders the response in the
//! format of its API: `/api` or `/rest`.

pub mod answer;
pub mod api;
pub mod at;
mod bearer;
pub mod client;
pub mod cors;
pub mod docs;
pub mod health;
pub mod idempotency_key;
mod network;
pub mod oauth;
pub mod open_requests;
pub mod openapi;
pub mod pages;
pub mod paths;
pub mod request_log;
pub mod rest;
mod session;
