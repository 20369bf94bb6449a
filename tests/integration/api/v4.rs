//! `/api/v4`

mod addresses;
mod cors;
mod invites;
mod networks;
mod passwords;
mod sessions;
mod team_users;
mod users;
