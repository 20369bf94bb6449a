//! `/api/v4`

mod invites;
mod networks;
mod team_users;
