//! What the stand-in knows: who is signed in, the codes it gave, and the tokens that come from each consent.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use serde_json::{Value, json};

use super::FALCONS;

pub const SCOPES: &str = "tweet.read users.read tweet.write media.write";

/// An account at the stand-in.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: String,
    pub username: String,
}

pub struct State {
    /// Who is signed in at X in the browser.
    pub account: Account,
    pub denies: bool,
    pub lasting: bool,
    /// Answers in place of the next ones at a path: how late they come, status and body.
    pub scripted: BTreeMap<&'static str, VecDeque<(Duration, u16, String)>>,
    pub codes: BTreeMap<String, Code>,
    pub families: Vec<Family>,
    /// How long access tokens live.
    pub lifetime: Duration,
    /// Answers of refreshes come at a random time within this, half of it before the tokens are exchanged.
    pub slowness: Duration,
    pub refreshes: usize,
    pub requests: Vec<String>,
    pub verifiers: Vec<String>,
    pub number: u32,
}

/// The tokens that come from one consent.
pub struct Family {
    pub account: Account,
    pub is_alive: bool,
    pub access_tokens: Vec<String>,
    /// Only the last one is not spent.
    pub refresh_tokens: Vec<String>,
}

pub struct Code {
    pub account: Account,
    pub challenge: String,
    pub redirect_uri: String,
}

impl Default for State {
    fn default() -> Self {
        Self {
            account: Account { id: FALCONS.to_owned(), username: "Falcons".to_owned() },
            denies: false,
            lasting: true,
            scripted: BTreeMap::new(),
            codes: BTreeMap::new(),
            families: Vec::new(),
            lifetime: Duration::from_hours(2),
            slowness: Duration::ZERO,
            refreshes: 0,
            requests: Vec::new(),
            verifiers: Vec::new(),
            number: 0,
        }
    }
}

impl Family {
    pub fn end(&mut self) {
        self.is_alive = false;
    }
}

impl State {
    /// A consent ends what the same person granted before.
    pub fn end_families(&mut self, id: &str) {
        self.families.iter_mut().filter(|family| family.account.id == id).for_each(Family::end);
    }

    /// Returns its place.
    pub fn add_family(&mut self, account: Account) -> usize {
        let family = Family { account, is_alive: true, access_tokens: vec![], refresh_tokens: vec![] };
        self.families.push(family);
        self.families.len() - 1
    }

    /// A new pair for a family, as the token endpoint answers it.
    pub fn give(&mut self, family: usize) -> Value {
        let (access_token, refresh_token) = (self.secret("access"), self.secret("refresh"));
        let family = &mut self.families[family];
        family.access_tokens.push(access_token.clone());
        family.refresh_tokens.push(refresh_token.clone());
        json!({
            "token_type": "bearer", "expires_in": self.lifetime.as_secs(), "access_token": access_token,
            "scope": format!("{SCOPES} offline.access"), "refresh_token": refresh_token,
        })
    }

    /// `None` if the token is spent, which ends its family, or unknown.
    pub fn refresh(&mut self, token: &str) -> Option<Value> {
        let is_of = |family: &Family| family.refresh_tokens.iter().any(|known| known == token);
        let at = self.families.iter().position(is_of)?;
        let family = &mut self.families[at];
        if family.refresh_tokens.last().is_none_or(|last| last != token) {
            family.end();
        }
        if !family.is_alive {
            return None;
        }
        self.refreshes += 1;
        Some(self.give(at))
    }

    /// A new text that no other test has; all begin with `canary`.
    pub fn secret(&mut self, kind: &str) -> String {
        self.number += 1;
        format!("canary-{kind}-{}-{:032x}", self.number, rand::random::<u128>())
    }
}
