//! Every action in the description, in the order a reader meets them: a line here for each action in `routes.rs`.
//! A line names only the failures that its action's arguments do not tell of.

use super::action::{Action, action};
use crate::controllers::{
    api::v4::{
        account_transfers, api_keys, invites, passwords, registrations, sessions, social_accounts,
        team_users, teams, twitter_accounts, users, walkthrough, workspace_users, workspaces,
    },
    health, openapi,
};

pub fn all() -> Vec<Action> {
    vec![
        action!(registrations::create, FORBIDDEN, NOT_FOUND),
        action!(sessions::create, UNAUTHORIZED),
        action!(sessions::index),
        action!(sessions::current::destroy),
        action!(sessions::destroy),
        action!(passwords::create),
        action!(passwords::update),
        action!(users::show),
        action!(users::update, TOO_MANY_REQUESTS),
        action!(users::destroy, TOO_MANY_REQUESTS),
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
        action!(walkthrough::show),
        action!(walkthrough::update),
        action!(workspaces::show),
        action!(workspaces::update, FORBIDDEN),
        action!(workspace_users::update, FORBIDDEN),
        action!(workspace_users::destroy, FORBIDDEN, UNPROCESSABLE_ENTITY),
        action!(invites::index),
        action!(invites::create),
        action!(invites::show),
        action!(invites::update),
        action!(invites::destroy, FORBIDDEN),
        action!(teams::index),
        action!(teams::create),
        action!(teams::show),
        action!(teams::update, FORBIDDEN),
        action!(teams::destroy, FORBIDDEN),
        action!(team_users::create, FORBIDDEN, NOT_FOUND),
        action!(team_users::update, FORBIDDEN, NOT_FOUND).or_by_id("/api/v4/team_users/{id}"),
        action!(team_users::destroy, FORBIDDEN, NOT_FOUND).or_by_id("/api/v4/team_users/{id}"),
        action!(api_keys::index, FORBIDDEN),
        action!(api_keys::create, FORBIDDEN),
        action!(api_keys::destroy, FORBIDDEN),
        action!(health::live::show),
        action!(health::ready::show),
        action!(openapi::show),
    ]
}
