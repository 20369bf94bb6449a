//! The second door, `/rest`, as its clients meet it: through a socket, on both databases.

mod accounts;
mod actions;
mod bearer;
mod caller;
mod create;
mod delete;
mod duplicates;
mod find_many;
mod find_one;
mod full;
mod hostile;
mod isolation;
mod lengths;
mod numbers;
mod patterns;
mod people;
mod rights;
mod statements;
#[path = "../support/support.rs"]
#[allow(dead_code, reason = "each test target uses its part of the support")]
mod support;
mod update;
