//! `/api/v4`

mod invites;
mod team_users;
