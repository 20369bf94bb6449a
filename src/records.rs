//! The objects behind `/rest`: request → plan → SQL → rows → tree, all of it driven by `spec/objects.json`.
//! What has behaviour of its own (accounts, members, keys) is written through its model's verbs; see `hooks`.

pub mod actor;
mod composite;
pub mod duplicates;
mod hooks;
pub mod input;
pub mod literal;
pub mod load;
pub mod page;
pub mod permissions;
pub mod query;
pub mod record;
pub mod requests;
mod rich_text;
mod sql;
pub mod token_readings;
pub mod transaction;
pub mod value;
