//! The acceptance checks, by their ids. Small versions run with every `cargo test`; the long ones are ignored and
//! run by id: `cargo test --release --test checks -- --ignored g2 --nocapture`. Each prints one line per database.

mod envelopes;
//mod hostile;
//mod limits;
//mod matrix;
//mod openapi;
mod person;
//mod privacy;
mod served;
mod start_up;
#[path = "../support/support.rs"]
#[allow(dead_code, reason = "each test target uses its part of the support")]
mod support;
//mod tokens;
mod verdict;
mod wire;
