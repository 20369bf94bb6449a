//! X, which V4 calls Twitter.

use super::Network;

pub const TWITTER: Network = Network {
    name: "twitter",
    aliases: &["x"],
    label: "Twitter",
    external_id: "twitter_account.twitter_uid",
    team_ids: "twitter_account.team_ids",
};
