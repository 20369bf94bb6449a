//! The caller's workspace.

pub mod twitter_accounts;
