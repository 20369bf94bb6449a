//! Every action in the description, in the order a reader meets them: a line here for each action in `routes.rs`.
//! A line names only the failures that its action's arguments do not tell of.

use super::action::{Action, action};
use crate::controllers::{
    api::v4::{account_transfers, registrations, sessions, social_accounts, twitter_accounts, workspaces},
    health, openapi,
};

pub fn all() -> Vec<Action> {
    vec![
        action!(registrations::create, FORBIDDEN),
        action!(sessions::create, UNAUTHORIZED),
        action!(twitter_accounts::index),
        action!(twitter_accounts::create),
        action!(twitter_accounts::show),
        action!(twitter_accounts::update),
        action!(twitter_accounts::destroy),
        action!(social_accounts::index),
        action!(workspaces::twitter_accounts::index),
        action!(workspaces::twitter_accounts::create, FORBIDDEN),
        action!(workspaces::twitter_accounts::show),
        action!(workspaces::twitter_accounts::update, FORBIDDEN),
        action!(workspaces::twitter_accounts::destroy, FORBIDDEN),
        action!(account_transfers::create, FORBIDDEN, NOT_FOUND),
        action!(health::live::show),
        action!(health::ready::show),
        action!(openapi::show),
    ]
}
