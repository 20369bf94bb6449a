//! The acceptance checks of the service's reliability, each named by its id. Small ones run with every `cargo test`;
//! long ones are asked for: `cargo test --release --test checks -- --ignored a1 --nocapture`.

mod harness;
mod kills;
mod races;
#[path = "../support/support.rs"]
#[allow(dead_code, reason = "each test target uses its part of the support")]
mod support;
