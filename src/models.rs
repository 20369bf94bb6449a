//! The domain model: types and their rules. Controllers and hooks call it; database constraints are the final check.

pub mod actor;
pub mod api_key;
pub mod caller;
pub mod dependents;
pub mod email;
pub mod installation;
pub mod invite;
pub mod job;
pub mod key_holder;
pub mod known_network;
pub mod location;
pub mod membership;
pub mod page;
pub mod role;
pub mod sealed;
pub mod sealed_columns;
pub mod sealing_key;
pub mod session;
pub mod social_account;
pub mod team;
pub mod throttle;
pub mod user;
pub mod vault;
pub mod walkthrough;
pub mod workspace;
