//! The rule of the contract: the same external id is the same account; if one of two has none, the handle decides.

use super::Step;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    Workspace,
    Admin,
    Member,
}

/// Accounts, numbered from 0 in the order of connecting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    New(usize),
    Refreshed(usize),
    HeldByYou(usize),
    HeldByMembers(Vec<Holder>),
    HeldByWorkspace(Option<usize>),
    Done,
    NotFound,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub account: usize,
    pub holder: Holder,
    pub uid: Option<u8>,
    pub handle: u8,
}

#[derive(Default)]
pub struct Rule {
    /// Oldest first, each with the step that refreshed it last.
    rows: Vec<(Row, usize)>,
    connected: usize,
    step: usize,
}

impl Rule {
    pub fn rows(&self) -> Vec<Row> {
        self.rows.iter().map(|(row, _)| row.clone()).collect()
    }

    pub fn take(&mut self, step: &Step) -> Said {
        self.step += 1;
        match *step {
            Step::Connect { holder, uid, handle } => self.connect(holder, uid, handle),
            Step::Disconnect { account } => match self.position(account) {
                Some(at) => {
                    self.rows.remove(at);
                    Said::Done
                }
                None => Said::NotFound,
            },
            Step::Transfer { account, to_workspace } => self.transfer(account, to_workspace),
        }
    }

    fn connect(&mut self, holder: Holder, uid: Option<u8>, handle: u8) -> Said {
        let wanted = Row { account: self.connected, holder, uid, handle };
        if let Some(conflict) = self.conflict(&wanted) {
            return conflict;
        }
        let own = (0..self.rows.len())
            .filter(|at| self.rows[*at].0.holder == holder && same(&self.rows[*at].0, &wanted))
            .max_by_key(|at| (uid.is_some() && self.rows[*at].0.uid == uid, self.rows[*at].1));
        if let Some(at) = own {
            let row = &mut self.rows[at];
            (row.0.uid, row.0.handle, row.1) = (uid.or(row.0.uid), handle, self.step);
            return Said::Refreshed(row.0.account);
        }
        self.connected += 1;
        self.rows.push((wanted, self.step));
        Said::New(self.connected - 1)
    }

    /// Only admins transfer, so "you" is the admin.
    fn transfer(&mut self, account: usize, to_workspace: bool) -> Said {
        let mine = |at: &usize| self.rows[*at].0.holder != Holder::Member;
        let Some(at) = self.position(account).filter(mine) else { return Said::NotFound };
        let holder = if to_workspace { Holder::Workspace } else { Holder::Admin };
        let wanted = Row { holder, ..self.rows[at].0.clone() };
        if self.rows[at].0.holder == holder {
            return Said::Done;
        }
        if let Some(conflict) = self.conflict(&wanted) {
            return conflict;
        }
        self.rows[at].0.holder = holder;
        Said::Done
    }

    fn conflict(&self, wanted: &Row) -> Option<Said> {
        let across: Vec<&Row> = self
            .rows
            .iter()
            .map(|(row, _)| row)
            .filter(|row| row.account != wanted.account && is_across(row, wanted) && same(row, wanted))
            .collect();
        let first = across.first()?;
        if wanted.holder != Holder::Workspace {
            let seen = wanted.holder == Holder::Admin;
            return Some(Said::HeldByWorkspace(seen.then_some(first.account)));
        }
        if let Some(own) = across.iter().find(|row| row.holder == Holder::Admin) {
            return Some(Said::HeldByYou(own.account));
        }
        Some(Said::HeldByMembers(vec![Holder::Member]))
    }

    /// States that must never occur.
    pub fn is_held_on_both_sides(&self) -> bool {
        let rows = || self.rows.iter().map(|(row, _)| row);
        rows().any(|one| rows().any(|other| is_across(one, other) && same(one, other)))
    }

    fn position(&self, account: usize) -> Option<usize> {
        self.rows.iter().position(|(row, _)| row.account == account)
    }
}

fn same(one: &Row, other: &Row) -> bool {
    match (one.uid, other.uid) {
        (Some(one), Some(other)) => one == other,
        _ => one.handle == other.handle,
    }
}

fn is_across(one: &Row, other: &Row) -> bool {
    (one.holder == Holder::Workspace) != (other.holder == Holder::Workspace)
}
