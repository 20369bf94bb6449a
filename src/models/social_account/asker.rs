//! Who asks for an account, whoever it is for: a member, or a program with a key, which is no person and asks with an
//! admin's authority.

use crate::{clock::Moment, models::session::Member};

#[derive(Debug, Clone, Copy)]
pub struct Asker<'a> {
    pub workspace_id: i64,
    pub now: Moment,
    pub member: Option<&'a Member>,
}

impl<'a> Asker<'a> {
    pub fn user_id(&self) -> Option<i64> {
        self.member.map(|member| member.user_id)
    }

    /// The member who may not know all of the workspace.
    pub fn mere_member(&self) -> Option<&'a Member> {
        self.member.filter(|member| !member.is_admin())
    }
}

impl<'a> From<&'a Member> for Asker<'a> {
    fn from(member: &'a Member) -> Self {
        Self { workspace_id: member.workspace_id, now: member.now, member: Some(member) }
    }
}
