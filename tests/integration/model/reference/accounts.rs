//! Who may connect an account, and what its owner may do with it.

use serde_json::json;

use super::{
    Account, Answer, Person, Register, account,
    answers::{self, created, ok},
    holder, pages,
};
use crate::model::operation::{HANDLES, Page, Side};

const MANAGE_ACCOUNTS: &str = "Only workspace admins can manage workspace accounts";

impl Register {
    pub(super) fn connect(
        &mut self,
        who: usize,
        side: Side,
        uid: usize,
        handle: usize,
        verified: Option<bool>,
    ) -> Answer {
        if side == Side::Workspace && !self.is_admin(who) {
            return answers::forbidden(MANAGE_ACCOUNTS);
        }
        let (workspace, owner, handle) = (self.people[who].workspace, holder(who, side), HANDLES[handle]);
        let rivals: Vec<usize> = self.rivals(who, side, uid).collect();
        if let Some(refusal) = self.conflict(who, side, &rivals, "twitter_account.twitter_uid") {
            return refusal;
        }
        let known = self.held(workspace, uid).find(|&id| self.accounts[id].owner == owner);
        if let Some(id) = known {
            let account = &mut self.accounts[id];
            account.handle = handle;
            account.verified = verified.unwrap_or(account.verified);
            return ok(pages::as_created(id, &self.accounts[id]));
        }
        self.accounts.push(Account {
            workspace,
            owner,
            uid,
            handle,
            verified: verified.unwrap_or(false),
            nickname: "",
            shared: false,
            connected_by: Some(who),
            gone: false,
        });
        created(pages::as_created(self.accounts.len() - 1, &self.accounts[self.accounts.len() - 1]))
    }

    /// The accounts on the other side of this workspace.
    fn rivals(&self, who: usize, wanted: Side, uid: usize) -> impl Iterator<Item = usize> {
        self.held(self.people[who].workspace, uid).filter(move |id| self.accounts[*id].side() != wanted)
    }

    fn conflict(&self, who: usize, wanted: Side, rivals: &[usize], field: &str) -> Option<Answer> {
        let first = *rivals.first()?;
        let own = rivals.iter().find(|id| self.accounts[**id].owner == Some(who));
        Some(match (wanted, own) {
            (Side::Workspace, Some(own)) => answers::held_by_you(field, *own),
            (Side::Workspace, None) => {
                answers::held_by_members(field, rivals.iter().filter_map(|id| self.accounts[*id].owner))
            }
            (Side::Personal, _) if self.is_admin(who) => answers::held_by_your_workspace(field, first),
            (Side::Personal, _) => {
                let seen = self.accounts[first].shared && self.people[who].coach;
                answers::held_by_workspace(field, self.whom_to_ask(first), seen.then_some(first))
            }
        })
    }

    fn whom_to_ask(&self, account: usize) -> usize {
        let Account { workspace, connected_by, .. } = self.accounts[account];
        let owners = self.colleagues(workspace).filter(|who| self.people[*who].role == 1);
        let longest_standing = owners.min_by_key(|who| (self.people[*who].since, *who));
        connected_by.filter(|who| self.is_admin(*who)).or(longest_standing).expect("a workspace has an owner")
    }

    pub(super) fn disconnect(&mut self, who: usize, side: Side, id: usize) -> Answer {
        if side == Side::Workspace && !self.is_admin(who) {
            return answers::forbidden(MANAGE_ACCOUNTS);
        }
        if !self.is_at(id, who, side) {
            return answers::not_found();
        }
        self.accounts[id].gone = true;
        ok(json!({"success": true, "twitter_account_id": account(id)}))
    }

    pub(super) fn transfer(&mut self, who: usize, id: usize, to: Side) -> Answer {
        if !self.is_admin(who) {
            return answers::forbidden(MANAGE_ACCOUNTS);
        }
        if !self.is_at(id, who, Side::Personal) && !self.is_at(id, who, Side::Workspace) {
            return answers::not_found();
        }
        if self.accounts[id].side() != to {
            let rivals: Vec<usize> =
                self.rivals(who, to, self.accounts[id].uid).filter(|rival| *rival != id).collect();
            if let Some(refusal) = self.conflict(who, to, &rivals, "account_transfer.social_account_id") {
                return refusal;
            }
            self.accounts[id].owner = holder(who, to);
            self.accounts[id].shared = false;
        }
        ok(pages::as_created(id, &self.accounts[id]))
    }

    pub(super) fn share(&mut self, who: usize, id: usize, shared: bool) -> Answer {
        if !self.is_admin(who) {
            return answers::forbidden(MANAGE_ACCOUNTS);
        }
        if !self.is_at(id, who, Side::Workspace) {
            return answers::not_found();
        }
        if shared && self.people[who].workspace != 0 {
            return answers::no_such_team();
        }
        self.accounts[id].shared = shared;
        self.accounts[id].nickname = pages::nickname(shared);
        ok(pages::as_shared(id, &self.accounts[id]))
    }

    pub(super) fn look(&self, who: usize, at: Page) -> Answer {
        let Person { workspace, coach, .. } = self.people[who];
        let here = |id: &usize| !self.accounts[*id].gone && self.accounts[*id].workspace == workspace;
        let own = (0..self.accounts.len()).filter(here).filter(|id| self.accounts[*id].owner == Some(who));
        let ours = (0..self.accounts.len()).filter(here).filter(|id| {
            let Account { owner, shared, .. } = self.accounts[*id];
            owner.is_none() && (self.is_admin(who) || (shared && coach))
        });
        let shown = |ids: Vec<usize>| ids.into_iter().map(|id| (id, &self.accounts[id])).collect::<Vec<_>>();
        ok(match at {
            Page::Personal => pages::personal_page(&shown(own.collect())),
            Page::Workspace => pages::workspace_page(&shown(ours.collect())),
            Page::Both => pages::both_pages(&shown(own.chain(ours).collect())),
        })
    }
}
