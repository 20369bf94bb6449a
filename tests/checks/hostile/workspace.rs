//! What the rows name: an owner, a colleague in a team, accounts, an invite; and a number for each request.

use reqwest::Method;
use serde_json::json;

use crate::support::people::{Person, Ticket};

pub struct Workspace {
    pub owner: Person,
    pub mate: i64,
    pub team: i64,
    pub account: i64,
    pub personal_account: i64,
    pub invite: Ticket,
    /// Different in each request, but equal for the same cell on both databases.
    pub number: u32,
}

impl Workspace {
    pub fn new(base_url: &str) -> Self {
        let owner = Person::owner(base_url, "owner");
        let mate = owner.colleague("mate");
        let team = json!({"team": {"name": "Coaches"}, "user_emails": [mate.email]});
        Self {
            mate: mate.id,
            team: owner.must(Method::POST, "teams", Some(&team))["team"]["id"].as_i64().expect("an id"),
            account: owner.connect("workspaces/twitter_accounts", "lions"),
            personal_account: owner.connect("twitter_accounts", "tigers"),
            invite: owner.invite("guest"),
            owner,
            number: 0,
        }
    }

    /// Without a server, to get only the structure of a body.
    pub fn empty() -> Self {
        let invite = Ticket { id: 0, token: "token".to_owned() };
        Self {
            owner: Person::nobody(""),
            mate: 0,
            team: 0,
            account: 0,
            personal_account: 0,
            invite,
            number: 0,
        }
    }
}
