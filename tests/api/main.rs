//! What single examples cannot show: several requests at once, limits, and what one action does to another.
//! A file's path is its URL.

mod open_api;
mod person;
#[path = "../support/support.rs"]
#[allow(dead_code, reason = "each test target uses its part of the support")]
mod support;
mod v4;
