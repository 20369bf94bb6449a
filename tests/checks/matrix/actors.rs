//! Everybody who may come, and what there is to come to: in the workspace that is asked for, and in another one.

use serde_json::json;
use uuid::Uuid;

use crate::{
    caller::Caller,
    person::Ticket,
    wire::{Request, Wire},
};

pub const ACTORS: [&str; 8] =
    ["anonymous", "signed out", "owner", "admin", "member", "removed", "invited", "stranger"];
pub const OWNER: usize = 2;
pub const STRANGER: usize = 7;

pub struct Cast {
    /// In the order of [`ACTORS`].
    pub actors: [Caller; 8],
    home: Things,
    foreign: Things,
}

#[derive(Clone, Copy)]
pub enum Which {
    Own,
    Foreign,
    Missing,
}

/// Ids that a request may name.
#[derive(Clone)]
pub struct Things {
    pub team: i64,
    /// Somebody in that team, and nobody's admin.
    pub mate: i64,
    /// Of the workspace, shared with nobody.
    pub account: i64,
    /// Held by the member.
    pub personal_account: i64,
    /// The member's.
    pub session: i64,
    pub key: Uuid,
    /// Of the one who is invited.
    pub invite: Ticket,
    pub owner_email: String,
    /// Different in each request.
    pub number: u32,
}

impl Cast {
    pub fn new(wire: &mut Wire, base_url: &str, number: u32) -> Self {
        let name = |name: &str| format!("{name}{number}");
        let owner = Caller::owner(wire, base_url, &name("owner"));
        let admin = owner.colleague(wire, &name("admin"), 2);
        let member = owner.colleague(wire, &name("member"), 3);
        let signed_out = owner.colleague(wire, &name("gone"), 2);
        signed_out.must(wire, "DELETE", "/sessions", &json!({}));
        let removed = owner.colleague(wire, &name("removed"), 3);
        owner.must(wire, "DELETE", &format!("/workspace_users/{}", removed.id), &json!({}));
        let invited = Caller::owner(wire, base_url, &name("invited"));
        let stranger = Caller::owner(wire, base_url, &name("stranger"));
        let home = Things::of(wire, &owner, &member, &invited, &name("mate"));
        let foreign_member = stranger.colleague(wire, &name("foreigner"), 3);
        let foreign = Things::of(wire, &stranger, &foreign_member, &member, &name("foreign-mate"));
        let nobody = Caller::nobody(base_url);
        Self { actors: [nobody, signed_out, owner, admin, member, removed, invited, stranger], home, foreign }
    }

    /// The token of an invite is that of home's whatever is asked for: whoever has the right one may come in.
    pub fn things(&self, which: Which, number: u32) -> Things {
        const NOTHING: i64 = 999_999_999;
        let mut things = match which {
            Which::Own => self.home.clone(),
            Which::Foreign => self.foreign.clone(),
            Which::Missing => Things {
                team: NOTHING,
                mate: NOTHING,
                account: NOTHING,
                personal_account: NOTHING,
                session: NOTHING,
                key: Uuid::nil(),
                invite: Ticket { id: NOTHING, token: String::new() },
                ..self.home.clone()
            },
        };
        things.invite.token.clone_from(&self.home.invite.token);
        things.owner_email.clone_from(&self.home.owner_email);
        Things { number, ..things }
    }
}

impl Things {
    fn of(wire: &mut Wire, owner: &Caller, member: &Caller, invited: &Caller, mate: &str) -> Self {
        let mate = owner.colleague(wire, mate, 3);
        let team = json!({"team": {"name": "Coaches"}, "user_emails": [mate.email]});
        let team = owner.must(wire, "POST", "/teams", &team)["team"]["id"].as_i64().expect("an id");
        let key = json!({"api_key": {"name": "n8n", "scopes": ["read"]}});
        let key = &owner.must(wire, "POST", "/api_keys", &key)["api_key"]["id"];
        let sessions = wire.ask(&Request::new("GET", "/api/v4/sessions").token(member.token.as_deref()));
        Self {
            team,
            mate: mate.id,
            account: owner.connect(wire, "/workspaces/twitter_accounts", "lions"),
            personal_account: member.connect(wire, "/twitter_accounts", "tigers"),
            session: sessions.json()["sessions"][0]["id"].as_i64().expect("an id"),
            key: key.as_str().and_then(|id| id.parse().ok()).expect("an id"),
            invite: owner.invite(wire, &invited.email),
            owner_email: owner.email.clone(),
            number: 0,
        }
    }
}
