//! The objects behind `/rest`: request → plan → SQL → rows → tree, all of it driven by `spec/objects.json`.
//! What has behaviour of its own (accounts, members, keys) is written through its model's verbs; see `hooks`.

pub mod catalogue;
pub mod column;
pub mod object;
