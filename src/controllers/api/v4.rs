//! V4, with the actions of Rails. The path of a file is that of its URL.

pub mod account_transfers;
pub mod api_keys;
pub mod consents;
mod current_password;
pub mod invites;
mod meta;
pub mod networks;
pub mod new_account;
mod password_kinds;
pub mod passwords;
mod person;
pub mod personal_accounts;
pub mod registrations;
pub mod sessions;
mod signed_in;
pub mod social_accounts;
mod sorting;
mod success;
mod team_summary;
pub mod team_users;
pub mod teams;
pub mod users;
pub mod walkthrough;
mod workspace_role;
mod workspace_summary;
pub mod workspace_users;
pub mod workspaces;
