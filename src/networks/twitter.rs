//! Twitter/X, which V4 calls Twitter.

pub(super) mod consent;
mod profile;

use super::Network;

pub const TWITTER: Network = Network {
    name: "twitter",
    aliases: &["x"],
    label: "Twitter",
    brand: "X",
    a_label: "a Twitter",
    account: "twitter_account",
    accounts: "twitter_accounts",
    account_id: "twitter_account_id",
    token: "twitter_token",
    external_id: "twitter_uid",
    handle: "twitter_nickname",
};
