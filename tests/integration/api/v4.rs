//! `/api/v4`

mod invites;
mod networks;
mod sessions;
mod team_users;
mod users;
