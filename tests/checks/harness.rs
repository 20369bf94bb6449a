//! What the checks share: the real binary as a process of its own, people who use it over sockets,
//! a tally of what they were answered, a census of the database, and a verdict with its figures.

pub mod caller;
pub mod census;
pub mod person;
pub mod server;
pub mod tally;
pub mod verdict;
pub mod wire;
