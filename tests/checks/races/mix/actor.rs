//! Somebody who does anything at any time, allowed or not; the service sorts that out.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use rand::{RngExt as _, seq::IndexedRandom as _};
use serde_json::json;

use super::{counts::Deeds, invites::Company};
use crate::{
    counted_person::CountedPerson,
    support::{client::Answer, people::account, process::Server},
    tally::{Count, Tally},
};

const PEOPLE: usize = 8;
const ACCOUNTS: usize = 6;

pub struct Actor {
    person: CountedPerson,
    company: Arc<Company>,
    /// Accounts met lately; some may be gone, or others' by now.
    met: Mutex<Vec<i64>>,
}

#[derive(Clone, Copy)]
enum Deed {
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

/// Joined more often than left: else everybody ends up alone.
const DEEDS: [(Deed, u32); 10] = [
    (Deed::Connect, 6),
    (Deed::ConnectForWorkspace, 5),
    (Deed::Disconnect, 8),
    (Deed::Transfer, 5),
    (Deed::Share, 2),
    (Deed::Invite, 6),
    (Deed::Join, 10),
    (Deed::Promote, 3),
    (Deed::Leave, 1),
    (Deed::Remove, 2),
];

impl Actor {
    /// Each person twice, once at either server; each the owner of a workspace at first.
    pub fn cast(servers: &[Server; 2], tally: &Arc<Tally>) -> Vec<Self> {
        let people: Vec<_> = (0..PEOPLE)
            .map(|number| CountedPerson::owner(&format!("person{number}"), &servers[number % 2], tally))
            .collect();
        let company = Arc::new(Company::of(&people));
        let actor = |person| Self { person, company: Arc::clone(&company), met: Mutex::default() };
        let everywhere = |person: &CountedPerson| servers.each_ref().map(|server| person.at(server));
        people.iter().flat_map(everywhere).map(actor).collect()
    }

    pub fn act(&self, deeds: &Deeds, done: &AtomicBool) {
        while !done.load(Ordering::Relaxed) {
            let deed = DEEDS.choose_weighted(&mut rand::rng(), |(_, weight)| *weight).expect("a deed");
            self.perform(deed.0, deeds);
        }
    }

    fn perform(&self, deed: Deed, deeds: &Deeds) {
        match deed {
            Deed::Connect => self.connect("twitter_accounts", deeds),
            Deed::ConnectForWorkspace => self.connect("workspaces/twitter_accounts", deeds),
            Deed::Disconnect => self.disconnect(deeds),
            Deed::Transfer => self.transfer(deeds),
            Deed::Share => self.share(deeds),
            Deed::Invite => self.invite(),
            Deed::Join => self.join(deeds),
            Deed::Promote => self.promote(),
            Deed::Leave => self.leave(deeds),
            Deed::Remove => self.remove(deeds),
        }
    }

    fn connect(&self, path: &str, deeds: &Deeds) {
        let uid = format!("account-{}", rand::rng().random_range(0..ACCOUNTS));
        let answer = self.person.post(path, &account(&uid));
        if let Some(id) = answer.as_ref().and_then(|answer| answer.json()["twitter_account"]["id"].as_i64()) {
            self.meet(id);
        }
        count(&deeds.connected, answer);
    }

    fn disconnect(&self, deeds: &Deeds) {
        let Some(id) = self.somewhat_known() else { return };
        let path =
            *["twitter_accounts", "workspaces/twitter_accounts"].choose(&mut rand::rng()).expect("one");
        count(&deeds.disconnected, self.person.delete(&format!("{path}/{id}")));
    }

    fn transfer(&self, deeds: &Deeds) {
        let Some(id) = self.somewhat_known() else { return };
        let to = *["workspace", "personal"].choose(&mut rand::rng()).expect("one");
        let transfer = json!({"account_transfer": {"social_account_id": id, "to": to}});
        count(&deeds.transferred, self.person.post("account_transfers", &transfer));
    }

    fn share(&self, deeds: &Deeds) {
        let Some(id) = self.somewhat_known() else { return };
        let Some(answer @ Answer { status: 201, .. }) =
            self.person.post("teams", &json!({"team": {"name": "coaches"}}))
        else {
            return;
        };
        let sharing = json!({"twitter_account": {"team_ids": [answer.json()["team"]["id"]]}});
        count(&deeds.shared, self.person.put(&format!("workspaces/twitter_accounts/{id}"), &sharing));
    }

    fn invite(&self) {
        let (_, name) = self.company.anybody();
        if let Some(ticket) = self.person.invite(name) {
            self.company.hand(name, ticket);
        }
    }

    fn join(&self, deeds: &Deeds) {
        let Some(ticket) = self.company.ticket_of(&self.person.name) else { return };
        let owns = self.person.get("users").is_some_and(|answer| answer.json()["workspace_role"]["id"] == 1);
        let acceptance = json!({"invite": {"token": ticket.token}});
        let answer = self.person.put(&format!("invites/{}", ticket.id), &acceptance);
        if answer.as_ref().is_some_and(|answer| answer.status == 422) {
            self.make_room();
            self.company.hand(&self.person.name, ticket);
        } else if owns && answer.as_ref().is_some_and(Answer::is_success) {
            deeds.joined_as_owner.add();
        }
        count(&deeds.joined, answer);
    }

    /// Who holds accounts may not come: those they know of go, and the ticket is kept for another time.
    fn make_room(&self) {
        let met = self.met.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for id in met {
            self.person.delete(&format!("workspaces/twitter_accounts/{id}"));
        }
    }

    fn promote(&self) {
        let (id, _) = self.company.anybody();
        self.person.put(&format!("workspace_users/{id}"), &json!({"workspace_role_id": 2}));
    }

    fn leave(&self, deeds: &Deeds) {
        count(&deeds.left, self.person.delete(&format!("workspace_users/{}", self.person.id)));
    }

    fn remove(&self, deeds: &Deeds) {
        let (id, _) = self.company.anybody();
        if *id != self.person.id {
            count(&deeds.removed, self.person.delete(&format!("workspace_users/{id}")));
        }
    }

    fn meet(&self, id: i64) {
        let mut met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        if met.len() == ACCOUNTS {
            met.remove(0);
        }
        met.push(id);
    }

    fn somewhat_known(&self) -> Option<i64> {
        self.met.lock().unwrap_or_else(PoisonError::into_inner).choose(&mut rand::rng()).copied()
    }
}

fn count(deed: &Count, answer: Option<Answer>) {
    if answer.is_some_and(|answer| answer.is_success()) {
        deed.add();
    }
}
