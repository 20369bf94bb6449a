//! Every kind of caller, and the ids they may request, in their own workspace and in another one.

use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use crate::{
    support::{
        client,
        people::{Person, Ticket},
    },
    wire::{Request, Wire},
};

pub const ACTORS: [&str; 8] =
    ["anonymous", "signed out", "owner", "admin", "member", "removed", "invited", "stranger"];
pub const OWNER: usize = 2;
pub const STRANGER: usize = 7;

pub struct People {
    /// In the order of [`ACTORS`].
    pub actors: [Person; 8],
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
    /// A member of that team who is not an admin.
    pub mate: i64,
    /// A workspace account that is shared with no team.
    pub account: i64,
    /// A personal account of the member.
    pub personal_account: i64,
    pub session: i64,
    pub key: Uuid,
    pub webhook: Uuid,
    /// The invite of the invited caller.
    pub invite: Ticket,
    pub owner_email: String,
    /// A counter that makes each request different.
    pub number: u32,
}

impl People {
    pub fn new(wire: &mut Wire, base_url: &str, number: u32) -> Self {
        let name = |name: &str| format!("{name}{number}");
        let owner = Person::owner(base_url, &name("owner"));
        let admin = owner.admin(&name("admin"));
        let member = owner.colleague(&name("member"));
        let signed_out = owner.admin(&name("gone"));
        signed_out.must(Method::DELETE, "sessions", Some(&json!({})));
        let removed = owner.colleague(&name("removed"));
        owner.must(Method::DELETE, &format!("workspace_users/{}", removed.id), None);
        let invited = Person::owner(base_url, &name("invited"));
        let stranger = Person::owner(base_url, &name("stranger"));
        let home = Things::create(wire, &owner, &member, &invited, &name("mate"));
        let foreign_member = stranger.colleague(&name("foreigner"));
        let foreign = Things::create(wire, &stranger, &foreign_member, &member, &name("foreign-mate"));
        let nobody = Person::nobody(base_url);
        Self { actors: [nobody, signed_out, owner, admin, member, removed, invited, stranger], home, foreign }
    }

    /// The token is always that of the own workspace's invite: the right token would show a foreign invite.
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
                webhook: Uuid::nil(),
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
    fn create(wire: &mut Wire, owner: &Person, member: &Person, invited: &Person, mate: &str) -> Self {
        let mate = owner.colleague(mate);
        let team = json!({"team": {"name": "Coaches"}, "user_emails": [mate.email]});
        let team = owner.must(Method::POST, "teams", Some(&team))["team"]["id"].as_i64().expect("an id");
        let key = json!({"api_key": {"name": "n8n", "scopes": ["read"]}});
        let key = &owner.must(Method::POST, "api_keys", Some(&key))["api_key"]["id"];
        let sessions = wire.ask(&Request::new("GET", "/api/v4/sessions").token(member.client.token()));
        Self {
            team,
            mate: mate.id,
            account: owner.connect("workspaces/twitter_accounts", "lions"),
            personal_account: member.connect("twitter_accounts", "tigers"),
            session: sessions.json()["sessions"][0]["id"].as_i64().expect("an id"),
            key: key.as_str().and_then(|id| id.parse().ok()).expect("an id"),
            webhook: webhook(owner),
            invite: owner.invite(&invited.name),
            owner_email: owner.email.clone(),
            number: 0,
        }
    }
}

/// A webhook that nothing is delivered to.
fn webhook(owner: &Person) -> Uuid {
    let webhook = json!({"targetUrl": "https://receiver.invalid/"});
    let request = owner.client.request(Method::POST, "/rest/webhooks").json(&webhook);
    let (_, answer) = client::json(request);
    answer["data"]["createWebhook"]["id"].as_str().and_then(|id| id.parse().ok()).expect("an id")
}
