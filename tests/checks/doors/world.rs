//! The callers, and what they request: accounts, people and keys with their ids at both doors.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::json;

use crate::{
    support::people::{Person, account},
    wire::{Request, Wire},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Actor {
    Anonymous,
    SignedOut,
    Owner,
    Admin,
    Member,
    Removed,
    Stranger,
    KeyToRead,
    KeyToWrite,
    KeyToReadTokens,
    KeyOfAdmin,
    KeyOfAll,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Shared with no team.
    WorkspaceAccount,
    /// Shared with the member's team.
    SharedAccount,
    OwnersAccount,
    AdminsAccount,
    MembersAccount,
    /// The account of a member who is no caller.
    MatesAccount,
    AnOwner,
    AnAdmin,
    AMate,
    /// A new person with the caller's role, who sends the request.
    Oneself,
    AKey,
    /// A new name for a create.
    Nothing,
}

#[derive(Clone, Debug, Default)]
pub struct Target {
    pub v4_id: String,
    pub rest_id: String,
    /// The handle, the address or the name, by which it is found in a list.
    pub name: String,
    pub team_ids: Vec<i64>,
    /// The token of [`What::Oneself`].
    token: Option<String>,
}

pub struct World {
    tokens: BTreeMap<Actor, Option<String>>,
    member_ids: BTreeMap<Actor, String>,
    owner: Person,
    admin: Person,
    member: Person,
    mate: Person,
    team: i64,
    targets: BTreeMap<(What, Option<Actor>), Target>,
    /// A counter that makes names unique.
    number: u32,
}

impl Actor {
    pub const ALL: [Self; 12] = [
        Self::Anonymous,
        Self::SignedOut,
        Self::Owner,
        Self::Admin,
        Self::Member,
        Self::Removed,
        Self::Stranger,
        Self::KeyToRead,
        Self::KeyToWrite,
        Self::KeyToReadTokens,
        Self::KeyOfAdmin,
        Self::KeyOfAll,
    ];

    fn scopes(self) -> &'static [&'static str] {
        match self {
            Self::KeyToRead => &["read"],
            Self::KeyToWrite => &["write"],
            Self::KeyToReadTokens => &["read", "tokens"],
            Self::KeyOfAdmin => &["admin"],
            Self::KeyOfAll => &["read", "write", "tokens", "admin"],
            _ => &[],
        }
    }

    pub fn is_key(self) -> bool {
        !self.scopes().is_empty()
    }

    /// Whether it has the scope; people need none.
    pub fn has(self, scope: &str) -> bool {
        !self.is_key() || self.scopes().contains(&scope)
    }
}

impl World {
    pub fn new(wire: &mut Wire, base_url: &str) -> Self {
        let owner = Person::owner(base_url, "olga");
        let admin = owner.admin("adam");
        let [member, mate, removed] = ["mia", "max", "rita"].map(|name| owner.colleague(name));
        owner.must(Method::DELETE, &format!("workspace_users/{}", removed.id), None);
        let signed_out = owner.admin("gone");
        signed_out.must(Method::DELETE, "sessions", Some(&json!({})));
        let stranger = Person::owner(base_url, "stranger");
        let team = json!({"team": {"name": "Coaches"}, "user_emails": [member.email]});
        let team = owner.must(Method::POST, "teams", Some(&team))["team"]["id"].as_i64().expect("an id");
        let people = [
            (Actor::Anonymous, None),
            (Actor::SignedOut, Some(&signed_out)),
            (Actor::Owner, Some(&owner)),
            (Actor::Admin, Some(&admin)),
            (Actor::Member, Some(&member)),
            (Actor::Removed, Some(&removed)),
            (Actor::Stranger, Some(&stranger)),
        ];
        let mut tokens: BTreeMap<Actor, Option<String>> =
            people.map(|(actor, person)| (actor, person.map(|person| person.token().to_owned()))).into();
        for actor in Actor::ALL.into_iter().filter(|actor| actor.is_key()) {
            let key = json!({"api_key": {"name": "caller", "scopes": actor.scopes()}});
            let issued = owner.must(Method::POST, "api_keys", Some(&key));
            tokens.insert(actor, issued["api_key"]["key"].as_str().map(str::to_owned));
        }
        let member_ids = people[2..].iter().filter_map(|(actor, person)| {
            let person = (*person)?;
            Some((*actor, find(wire, person.client.token(), "workspaceMembers", "userEmail", &person.email)))
        });
        let (member_ids, targets) = (member_ids.collect(), BTreeMap::new());
        Self { tokens, member_ids, owner, admin, member, mate, team, targets, number: 0 }
    }

    pub fn token(&self, actor: Actor, target: &Target) -> Option<String> {
        target.token.clone().or_else(|| self.tokens[&actor].clone())
    }

    /// The id as a `workspaceMember`; a key names the admin.
    pub fn member_id(&self, actor: Actor, target: &Target) -> String {
        match target.token {
            Some(_) => target.rest_id.clone(),
            None => self.member_ids.get(&actor).unwrap_or(&self.member_ids[&Actor::Admin]).clone(),
        }
    }

    /// The target, made again if it was used up; `None` if the caller has none of this kind.
    pub fn target(&mut self, wire: &mut Wire, what: What, actor: Actor) -> Option<Target> {
        let key = (what, (what == What::Oneself).then_some(actor));
        if !self.targets.contains_key(&key) {
            let target = self.create(wire, what, actor)?;
            self.targets.insert(key, target);
        }
        self.targets.get(&key).cloned()
    }

    /// After a successful change the next request needs another target.
    pub fn use_up(&mut self, route: &str, what: What) {
        if !route.starts_with("GET ") {
            self.targets.retain(|(other, _), _| *other != what);
        }
    }

    fn create(&mut self, wire: &mut Wire, what: What, actor: Actor) -> Option<Target> {
        self.number += 1;
        let name = format!("n{}", self.number);
        let workspace_path = "workspaces/twitter_accounts";
        Some(match what {
            What::WorkspaceAccount => self.connect(wire, &self.owner, workspace_path, name, vec![]),
            What::SharedAccount => self.connect(wire, &self.owner, workspace_path, name, vec![self.team]),
            What::OwnersAccount => self.connect(wire, &self.owner, "twitter_accounts", name, vec![]),
            What::AdminsAccount => self.connect(wire, &self.admin, "twitter_accounts", name, vec![]),
            What::MembersAccount => self.connect(wire, &self.member, "twitter_accounts", name, vec![]),
            What::MatesAccount => self.connect(wire, &self.mate, "twitter_accounts", name, vec![]),
            What::AnOwner => self.person(wire, &name, 1).1,
            What::AnAdmin => self.person(wire, &name, 2).1,
            What::AMate => self.person(wire, &name, 3).1,
            What::Oneself => {
                let role = match actor {
                    Actor::Owner => 1,
                    Actor::Admin => 2,
                    Actor::Member => 3,
                    _ => return None,
                };
                let (person, target) = self.person(wire, &name, role);
                Target { token: Some(person.token().to_owned()), ..target }
            }
            What::AKey => {
                let key = json!({"api_key": {"name": name, "scopes": ["read"], "expires_at": "2099-06-14T17:06:02Z"}});
                let issued = self.owner.must(Method::POST, "api_keys", Some(&key));
                let id = issued["api_key"]["id"].as_str().expect("an id").to_owned();
                Target { v4_id: id.clone(), rest_id: id, name, ..Target::default() }
            }
            What::Nothing => Target { name, ..Target::default() },
        })
    }

    fn connect(
        &self,
        wire: &mut Wire,
        holder: &Person,
        path: &str,
        name: String,
        team_ids: Vec<i64>,
    ) -> Target {
        let answer = holder.must(Method::POST, path, Some(&account(&name)));
        let id = answer["twitter_account"]["id"].as_i64().expect("an id");
        if !team_ids.is_empty() {
            let share = json!({"twitter_account": {"team_ids": team_ids}});
            holder.must(Method::PUT, &format!("{path}/{id}"), Some(&share));
        }
        let rest_id = self.rest_id(wire, "connectedAccounts", "handle", &name);
        Target { v4_id: id.to_string(), rest_id, name, team_ids, token: None }
    }

    fn person(&self, wire: &mut Wire, name: &str, role: u8) -> (Person, Target) {
        let person = self.owner.colleague(name);
        if role != 3 {
            let body = json!({"workspace_role_id": role});
            self.owner.must(Method::PUT, &format!("workspace_users/{}", person.id), Some(&body));
        }
        let rest_id = self.rest_id(wire, "workspaceMembers", "userEmail", &person.email);
        let name = person.email.clone();
        let target = Target { v4_id: person.id.to_string(), rest_id, name, ..Target::default() };
        (person, target)
    }

    fn rest_id(&self, wire: &mut Wire, plural: &str, field: &str, value: &str) -> String {
        find(wire, self.tokens[&Actor::KeyOfAll].as_deref(), plural, field, value)
    }
}

/// The id at `/rest` of the record with this value.
fn find(wire: &mut Wire, token: Option<&str>, plural: &str, field: &str, value: &str) -> String {
    let path = format!("/rest/{plural}?filter={field}%5Beq%5D%3A{value}");
    let found = wire.ask(&Request::new("GET", &path).token(token));
    let id = found.json()["data"][plural][0]["id"].as_str().map(str::to_owned);
    id.unwrap_or_else(|| panic!("{path}: {found:?}"))
}
