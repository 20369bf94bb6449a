//! Roster: the register of a workspace's social accounts. Doors speak dialects, models know the rules.

pub mod clock;
pub mod crypto;
pub mod error;
pub mod parameters;
