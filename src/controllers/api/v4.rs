//! V4, Rails style. A file's path is its URL.

pub mod account_transfers;
mod meta;
pub mod registrations;
pub mod sessions;
mod signed_in;
pub mod social_accounts;
mod twitter_account_params;
pub mod twitter_accounts;
pub mod workspaces;
