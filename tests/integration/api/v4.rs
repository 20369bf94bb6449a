//! `/api/v4`

mod cors;
mod invites;
mod networks;
mod passwords;
mod sessions;
mod team_users;
mod users;
