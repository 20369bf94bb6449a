//! A person who does random things at random times, allowed or not.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use rand::{RngExt as _, seq::IndexedRandom as _};
use serde_json::json;

use super::{counts::Counts, invites::Invites};
use crate::{
    counted_person::CountedPerson,
    support::{client::Answer, people::account, process::Server},
    tally::{Count, Tally},
};

const PEOPLE: usize = 8;
const ACCOUNTS: usize = 6;

pub struct Actor {
    person: CountedPerson,
    invites: Arc<Invites>,
    /// Ids of accounts from the latest answers; some may be deleted or have another owner.
    recent: Mutex<Vec<i64>>,
}

#[derive(Clone, Copy)]
enum Action {
    Connect,
    ConnectForWorkspace,
    Disconnect,
    Transfer,
    Share,
    Invite,
    Join,
    Promote,
    Leave,
    Remove,
}

/// Joining is more frequent than leaving; otherwise everybody would end up alone.
const ACTIONS: [(Action, u32); 10] = [
    (Action::Connect, 6),
    (Action::ConnectForWorkspace, 5),
    (Action::Disconnect, 8),
    (Action::Transfer, 5),
    (Action::Share, 2),
    (Action::Invite, 6),
    (Action::Join, 10),
    (Action::Promote, 3),
    (Action::Leave, 1),
    (Action::Remove, 2),
];

impl Actor {
    /// Each person twice, once for each server; each owns a workspace at first.
    pub fn all(servers: &[Server; 2], tally: &Arc<Tally>) -> Vec<Self> {
        let people: Vec<_> = (0..PEOPLE)
            .map(|number| CountedPerson::owner(&format!("person{number}"), &servers[number % 2], tally))
            .collect();
        let invites = Arc::new(Invites::new(&people));
        let actor = |person| Self { person, invites: Arc::clone(&invites), recent: Mutex::default() };
        let everywhere = |person: &CountedPerson| servers.each_ref().map(|server| person.at(server));
        people.iter().flat_map(everywhere).map(actor).collect()
    }

    pub fn act(&self, counts: &Counts, done: &AtomicBool) {
        while !done.load(Ordering::Relaxed) {
            let action = ACTIONS.choose_weighted(&mut rand::rng(), |(_, weight)| *weight).expect("an action");
            self.perform(action.0, counts);
        }
    }

    fn perform(&self, action: Action, counts: &Counts) {
        match action {
            Action::Connect => self.connect("twitter_accounts", counts),
            Action::ConnectForWorkspace => self.connect("workspaces/twitter_accounts", counts),
            Action::Disconnect => self.disconnect(counts),
            Action::Transfer => self.transfer(counts),
            Action::Share => self.share(counts),
            Action::Invite => self.invite(),
            Action::Join => self.join(counts),
            Action::Promote => self.promote(),
            Action::Leave => self.leave(counts),
            Action::Remove => self.remove(counts),
        }
    }

    fn connect(&self, path: &str, counts: &Counts) {
        let uid = format!("account-{}", rand::rng().random_range(0..ACCOUNTS));
        let answer = self.person.post(path, &account(&uid));
        if let Some(id) = answer.as_ref().and_then(|answer| answer.json()["twitter_account"]["id"].as_i64()) {
            self.remember(id);
        }
        count(&counts.connected, answer);
    }

    fn disconnect(&self, counts: &Counts) {
        let Some(id) = self.any_recent() else { return };
        let path =
            *["twitter_accounts", "workspaces/twitter_accounts"].choose(&mut rand::rng()).expect("one");
        count(&counts.disconnected, self.person.delete(&format!("{path}/{id}")));
    }

    fn transfer(&self, counts: &Counts) {
        let Some(id) = self.any_recent() else { return };
        let to = *["workspace", "personal"].choose(&mut rand::rng()).expect("one");
        let transfer = json!({"account_transfer": {"social_account_id": id, "to": to}});
        count(&counts.transferred, self.person.post("account_transfers", &transfer));
    }

    fn share(&self, counts: &Counts) {
        let Some(id) = self.any_recent() else { return };
        let Some(answer @ Answer { status: 201, .. }) =
            self.person.post("teams", &json!({"team": {"name": "coaches"}}))
        else {
            return;
        };
        let sharing = json!({"twitter_account": {"team_ids": [answer.json()["team"]["id"]]}});
        count(&counts.shared, self.person.put(&format!("workspaces/twitter_accounts/{id}"), &sharing));
    }

    fn invite(&self) {
        let (_, name) = self.invites.any_person();
        if let Some(ticket) = self.person.invite(name) {
            self.invites.keep(name, ticket);
        }
    }

    fn join(&self, counts: &Counts) {
        let Some(ticket) = self.invites.take(&self.person.name) else { return };
        let owns = self.person.get("users").is_some_and(|answer| answer.json()["workspace_role"]["id"] == 1);
        let acceptance = json!({"invite": {"token": ticket.token}});
        let answer = self.person.put(&format!("invites/{}", ticket.id), &acceptance);
        if answer.as_ref().is_some_and(|answer| answer.status == 422) {
            self.disconnect_recent();
            self.invites.keep(&self.person.name, ticket);
        } else if owns && answer.as_ref().is_some_and(Answer::is_success) {
            counts.joined_as_owner.add();
        }
        count(&counts.joined, answer);
    }

    /// A person with personal accounts may not join, so the remembered ones are disconnected first.
    fn disconnect_recent(&self) {
        let recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for id in recent {
            self.person.delete(&format!("workspaces/twitter_accounts/{id}"));
        }
    }

    fn promote(&self) {
        let (id, _) = self.invites.any_person();
        self.person.put(&format!("workspace_users/{id}"), &json!({"workspace_role_id": 2}));
    }

    fn leave(&self, counts: &Counts) {
        count(&counts.left, self.person.delete(&format!("workspace_users/{}", self.person.id)));
    }

    fn remove(&self, counts: &Counts) {
        let (id, _) = self.invites.any_person();
        if *id != self.person.id {
            count(&counts.removed, self.person.delete(&format!("workspace_users/{id}")));
        }
    }

    fn remember(&self, id: i64) {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if recent.len() == ACCOUNTS {
            recent.remove(0);
        }
        recent.push(id);
    }

    fn any_recent(&self) -> Option<i64> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner).choose(&mut rand::rng()).copied()
    }
}

fn count(action: &Count, answer: Option<Answer>) {
    if answer.is_some_and(|answer| answer.is_success()) {
        action.add();
    }
}
