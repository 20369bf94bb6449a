//! `/rest`, on both databases.

mod actions;
pub mod caller;
mod company;
mod connected_accounts;
mod create;
mod credentials;
mod delete;
mod doors;
mod duplicates;
mod find_many;
mod find_one;
mod full_workspace;
mod hostile;
mod isolation;
mod large_bodies;
mod lengths;
mod long_lists;
mod numbers;
mod once;
mod patterns;
mod rights;
mod spellings;
mod statements;
mod unread_answers;
mod update;
