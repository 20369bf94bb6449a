//! The reliability checks, each with its id. Small ones run with every `cargo test`; long ones are ignored by default:
//! `cargo test --release --test checks -- --ignored a1 --nocapture`.

mod audit;
mod canaries;
mod census;
mod counted_person;
mod deliveries;
mod doors;
mod dump;
mod endings;
mod enumeration;
mod envelopes;
mod fairness;
mod full_disk;
mod guessing;
mod hostile;
mod keys;
mod kills;
mod limits;
mod locks;
mod mass_assignment;
mod matrix;
mod migrating;
mod outages;
mod privacy;
mod races;
mod refreshing;
mod restores;
mod rotation;
mod start_up;
mod stopping;
#[path = "../support/support.rs"]
#[allow(dead_code, reason = "each test target uses its part of the support")]
mod support;
mod tally;
mod targets;
mod throttles;
mod tokens;
mod verdict;
mod wire;
