//! What the rows speak of: an owner, a colleague in a team, accounts, an invite; and a number for each request.

use serde_json::json;

use crate::{caller::Caller, person::Ticket, wire::Wire};

pub struct Scene {
    pub owner: Caller,
    pub mate: i64,
    pub team: i64,
    pub account: i64,
    pub personal_account: i64,
    pub invite: Ticket,
    /// Different in each request, and the same for the same cell on either database.
    pub number: u32,
}

impl Scene {
    pub fn new(wire: &mut Wire, base_url: &str) -> Self {
        let owner = Caller::owner(wire, base_url, "owner");
        let mate = owner.colleague(wire, "mate", 3);
        let team = json!({"team": {"name": "Coaches"}, "user_emails": [mate.email]});
        Self {
            mate: mate.id,
            team: owner.must(wire, "POST", "/teams", &team)["team"]["id"].as_i64().expect("an id"),
            account: owner.connect(wire, "/workspaces/twitter_accounts", "lions"),
            personal_account: owner.connect(wire, "/twitter_accounts", "tigers"),
            invite: owner.invite(wire, "guest@example.test"),
            owner,
            number: 0,
        }
    }

    /// Nothing is there: for the shape of a body alone.
    pub fn of_nobody() -> Self {
        let invite = Ticket { id: 0, token: "token".to_owned() };
        Self {
            owner: Caller::nobody(""),
            mate: 0,
            team: 0,
            account: 0,
            personal_account: 0,
            invite,
            number: 0,
        }
    }
}
