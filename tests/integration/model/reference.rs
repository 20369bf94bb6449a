//! A reference implementation of the rules with plain vectors: permissions, owners, moves. Every method returns the
//! answer that the service must give, with names in place of ids.

mod accounts;
mod answers;
mod pages;
mod people;

pub use self::{
    answers::{Answer, account, email, name, person},
    pages::{nickname, screen_name},
};
use crate::model::operation::{Action, Operation, PEOPLE, Side};

#[derive(Clone, Debug, PartialEq, Eq)]
struct Person {
    workspace: usize,
    /// 1 owner, 2 admin, 3 member.
    role: u8,
    /// A later member has a greater number.
    since: usize,
    coach: bool,
    erased: bool,
}

#[derive(Clone, Debug)]
struct Account {
    workspace: usize,
    owner: Option<usize>,
    uid: usize,
    handle: &'static str,
    verified: bool,
    nickname: &'static str,
    shared: bool,
    connected_by: Option<usize>,
    gone: bool,
}

/// A pending invite. Its sender is `None` once they have left the workspace.
#[derive(Clone, Debug)]
struct Invite {
    workspace: usize,
    guest: usize,
    sender: Option<usize>,
}

/// Ann and Bob share a workspace and the team coaches; Cal and Dee have workspaces of their own.
pub struct Register {
    people: Vec<Person>,
    accounts: Vec<Account>,
    /// The first owner, whose name the workspace has.
    founders: Vec<usize>,
    invites: Vec<Invite>,
    clock: usize,
}

impl Register {
    pub fn new() -> Self {
        let person = |workspace, role, coach| Person { workspace, role, since: 0, coach, erased: false };
        let people = vec![person(0, 1, true), person(0, 3, true), person(1, 1, false), person(2, 1, false)];
        let founders = vec![0, 2, 3];
        Self { people, accounts: Vec::new(), founders, invites: Vec::new(), clock: 0 }
    }

    /// The answers to the requests of an operation, in order.
    pub fn perform(&mut self, Operation { who, action }: &Operation) -> Vec<Answer> {
        let who = *who;
        self.clock += 1;
        if let Action::Join { host } = *action {
            return self.join(who, host);
        }
        if self.people[who].erased {
            return vec![answers::ended()];
        }
        vec![match *action {
            Action::Connect { side, uid, handle, verified } => self.connect(who, side, uid, handle, verified),
            Action::Disconnect { side, account } => self.disconnect(who, side, account),
            Action::Transfer { account, to } => self.transfer(who, account, to),
            Action::Share { account, shared } => self.share(who, account, shared),
            Action::Remove { whom } if whom != who => self.remove(who, whom),
            Action::Leave | Action::Remove { .. } => self.leave(who),
            Action::GiveRole { whom, role } => self.give_role(who, whom, role),
            Action::Erase => self.erase(who),
            Action::Look { at } => self.look(who, at),
            Action::Join { .. } => unreachable!("answered above"),
        }]
    }

    /// The accounts with this external id in a workspace, oldest first.
    fn held(&self, workspace: usize, uid: usize) -> impl Iterator<Item = usize> {
        (0..self.accounts.len()).filter(move |id| {
            let account = &self.accounts[*id];
            !account.gone && account.workspace == workspace && account.uid == uid
        })
    }

    fn is_at(&self, id: usize, who: usize, side: Side) -> bool {
        self.accounts.get(id).is_some_and(|account| {
            !account.gone
                && account.workspace == self.people[who].workspace
                && account.owner == holder(who, side)
        })
    }

    fn is_admin(&self, who: usize) -> bool {
        self.people[who].role < 3
    }

    fn colleagues(&self, workspace: usize) -> impl Iterator<Item = usize> {
        (0..PEOPLE).filter(move |who| !self.people[*who].erased && self.people[*who].workspace == workspace)
    }
}

impl Account {
    fn side(&self) -> Side {
        if self.owner.is_some() { Side::Personal } else { Side::Workspace }
    }
}

fn holder(who: usize, side: Side) -> Option<usize> {
    (side == Side::Personal).then_some(who)
}
