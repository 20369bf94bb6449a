//! The actor of a change: a member, or a program with an API key, which has an admin's authority.

use crate::{clock::Moment, models::session::Member};

#[derive(Debug, Clone, Copy)]
pub struct Actor<'a> {
    pub workspace_id: i64,
    pub now: Moment,
    /// `None` for a program.
    pub member: Option<&'a Member>,
    /// Whether the actor may read the tokens of workspace accounts.
    pub may_read_tokens: bool,
}

impl<'a> Actor<'a> {
    pub fn user_id(&self) -> Option<i64> {
        self.member.map(|member| member.user_id)
    }

    /// The actor, if it is a member who is not an admin and so may not see every account.
    pub fn plain_member(&self) -> Option<&'a Member> {
        self.member.filter(|member| !member.is_admin())
    }
}

impl<'a> From<&'a Member> for Actor<'a> {
    fn from(member: &'a Member) -> Self {
        Self {
            workspace_id: member.workspace_id,
            now: member.now,
            member: Some(member),
            may_read_tokens: member.is_admin(),
        }
    }
}
