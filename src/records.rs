//! The objects behind `/rest`: request → plan → SQL → rows → tree, all of it driven by `spec/objects.json`.
//! What has behaviour of its own (accounts, members, keys) is written through its model's verbs; see `hooks`.

pub mod access;
pub mod catalogue;
pub mod column;
pub mod load;
pub mod object;
pub mod reading;
pub mod record;
