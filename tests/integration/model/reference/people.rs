//! Joining, leaving, removal and roles.

use super::{
    Answer, Invite, Register,
    answers::{self, done, refused},
};

const MANAGE_PEOPLE: &str = "Only workspace admins can change members";
const OWNERS_ONLY: &str = "Only owners can give or take the role owner";

impl Register {
    pub(super) fn leave(&mut self, who: usize) -> Answer {
        let name = answers::workspace(self.founders[self.people[who].workspace]);
        if self.is_alone(who) {
            let sentence = format!("You are the only one in \"{name}\". There is nobody to leave it to.");
            return refused("workspace", "alone", &sentence, None);
        }
        self.only_owner(who).unwrap_or_else(|| self.move_out(who))
    }

    pub(super) fn remove(&mut self, who: usize, whom: usize) -> Answer {
        if !self.is_admin(who) {
            return answers::forbidden(MANAGE_PEOPLE);
        }
        if !self.is_colleague(who, whom) {
            return answers::not_found();
        }
        if self.lacks_authority(who, whom) { answers::forbidden(OWNERS_ONLY) } else { self.move_out(whom) }
    }

    pub(super) fn give_role(&mut self, who: usize, whom: usize, role: u8) -> Answer {
        if !self.is_admin(who) {
            return answers::forbidden(MANAGE_PEOPLE);
        }
        if !self.is_colleague(who, whom) {
            return answers::user_not_found();
        }
        if self.people[whom].role == role {
            return done();
        }
        if self.lacks_authority(who, whom) || (role == 1 && self.people[who].role != 1) {
            return answers::forbidden(OWNERS_ONLY);
        }
        self.only_owner(whom).unwrap_or_else(|| {
            self.people[whom].role = role;
            done()
        })
    }

    pub(super) fn erase(&mut self, who: usize) -> Answer {
        if let Some(refusal) = (!self.is_alone(who)).then(|| self.only_owner(who)).flatten() {
            return refusal;
        }
        let alone_in = self.is_alone(who).then_some(self.people[who].workspace);
        for account in &mut self.accounts {
            account.gone |= account.owner == Some(who);
        }
        self.forget(who);
        self.people[who].erased = true;
        self.invites.retain(|invite| invite.guest != who);
        self.close(alone_in);
        done()
    }

    /// The host invites, and the guest accepts, if the host sees a link.
    pub(super) fn join(&mut self, who: usize, host: usize) -> Vec<Answer> {
        if self.people[host].erased {
            return vec![answers::ended()];
        }
        let workspace = self.people[host].workspace;
        if self.is_colleague(host, who) {
            return vec![answers::on_workspace(who)];
        }
        let may_renew_all = self.is_admin(host);
        let pending =
            self.invites.iter_mut().find(|invite| (invite.workspace, invite.guest) == (workspace, who));
        let again = match pending {
            Some(invite) if !may_renew_all && invite.sender != Some(host) => {
                return vec![answers::invited_by_another(who)];
            }
            Some(invite) => {
                invite.sender = Some(host);
                true
            }
            None => {
                self.invites.push(Invite { workspace, guest: who, sender: Some(host) });
                false
            }
        };
        vec![answers::invited(who, again), self.accept(who, workspace)]
    }

    fn accept(&mut self, who: usize, workspace: usize) -> Answer {
        if self.people[who].erased {
            return answers::ended();
        }
        let old = self.people[who].workspace;
        if let Some(refusal) = if self.is_alone(who) { self.not_empty(old) } else { self.only_owner(who) } {
            return refusal;
        }
        let held: Vec<_> = (0..self.accounts.len())
            .filter(|id| !self.accounts[*id].gone && self.accounts[*id].owner == Some(who))
            .filter(|id| {
                self.held(workspace, self.accounts[*id].uid).any(|id| self.accounts[id].owner.is_none())
            })
            .map(|id| (id, &self.accounts[id]))
            .collect();
        if !held.is_empty() {
            return answers::held_there(self.founders[workspace], &held);
        }
        let alone_in = self.is_alone(who).then_some(old);
        self.move_to(who, workspace, 3);
        self.close(alone_in);
        self.invites.retain(|invite| (invite.workspace, invite.guest) != (workspace, who));
        done()
    }

    fn move_out(&mut self, who: usize) -> Answer {
        self.founders.push(who);
        self.move_to(who, self.founders.len() - 1, 1);
        done()
    }

    fn move_to(&mut self, who: usize, workspace: usize, role: u8) {
        for account in &mut self.accounts {
            if account.owner == Some(who) {
                account.workspace = workspace;
                account.connected_by = account.connected_by.filter(|by| *by == who);
            }
        }
        self.forget(who);
        let person = &mut self.people[who];
        (person.workspace, person.role, person.since, person.coach) = (workspace, role, self.clock, false);
    }

    /// Invites that a person sent, and accounts that they connected for others, no longer name the person who left.
    fn forget(&mut self, who: usize) {
        for invite in &mut self.invites {
            invite.sender = invite.sender.filter(|sender| *sender != who);
        }
        for account in self.accounts.iter_mut().filter(|account| account.owner != Some(who)) {
            account.connected_by = account.connected_by.filter(|by| *by != who);
        }
    }

    fn close(&mut self, workspace: Option<usize>) {
        self.invites.retain(|invite| Some(invite.workspace) != workspace);
        for account in &mut self.accounts {
            account.gone |= Some(account.workspace) == workspace;
        }
    }

    fn not_empty(&self, workspace: usize) -> Option<Answer> {
        let ours = self.accounts.iter().filter(|account| !account.gone && account.workspace == workspace);
        match ours.filter(|account| account.owner.is_none()).count() {
            0 => None,
            count => Some(answers::not_empty(self.founders[workspace], count)),
        }
    }

    fn only_owner(&self, who: usize) -> Option<Answer> {
        let workspace = self.people[who].workspace;
        let owners = self.colleagues(workspace).filter(|who| self.people[*who].role == 1).count();
        let only = self.people[who].role == 1 && owners == 1;
        only.then(|| answers::only_owner(self.founders[workspace]))
    }

    fn is_alone(&self, who: usize) -> bool {
        self.colleagues(self.people[who].workspace).count() == 1
    }

    fn is_colleague(&self, who: usize, whom: usize) -> bool {
        !self.people[whom].erased && self.people[whom].workspace == self.people[who].workspace
    }

    fn lacks_authority(&self, who: usize, whom: usize) -> bool {
        self.people[whom].role == 1 && self.people[who].role != 1
    }
}
