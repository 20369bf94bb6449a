//! `/api/v4`

mod addresses;
pub mod consents;
mod cors;
mod events;
mod first_connections;
mod invites;
mod networks;
mod paged_lists;
mod passwords;
mod sessions;
mod team_users;
mod users;
