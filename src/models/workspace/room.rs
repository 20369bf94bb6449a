//! How many more people can be invited into a workspace. Its people and its pending invites count towards the limit.
//! A member who is no admin has a smaller limit of their own, on the pending invites that they sent.

use diesel::prelude::*;

use crate::{
    db::Conn,
    error::{Error, Result},
    models::session::Viewer,
    schema::{invites, memberships},
};

/// People and pending invites in a workspace, at most.
pub const MAX_PEOPLE_AND_INVITES: i64 = 1000;

/// Pending invites of one member who is no admin, at most.
const MAX_PENDING_OF_MEMBER: i64 = 20;

/// The room in a workspace for the people whom one person invites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    taken: i64,
    /// The pending invites that the person sent; `None` for an admin, who has no limit of their own.
    own_pending: Option<i64>,
}

impl Room {
    pub fn load(conn: &mut Conn, viewer: &Viewer) -> Result<Self> {
        let pending = || {
            invites::table
                .filter(invites::workspace_id.eq(viewer.workspace_id))
                .filter(invites::expires_at.gt(viewer.now))
        };
        let people: i64 = memberships::table
            .filter(memberships::workspace_id.eq(viewer.workspace_id))
            .count()
            .get_result(conn)?;
        let invited: i64 = pending().count().get_result(conn)?;
        let own_pending = if viewer.is_admin() {
            None
        } else {
            Some(pending().filter(invites::sender_id.eq(Some(viewer.user_id))).count().get_result(conn)?)
        };
        Ok(Self { taken: people + invited, own_pending })
    }

    /// How many more the person may invite.
    pub fn left(self) -> i64 {
        let own = self.own_pending.map_or(i64::MAX, |pending| MAX_PENDING_OF_MEMBER - pending);
        (MAX_PEOPLE_AND_INVITES - self.taken).min(own).max(0)
    }

    /// Whether the workspace has, or awaits, anybody besides one person.
    pub fn has_or_awaits_colleagues(self) -> bool {
        self.taken > 1
    }

    /// Refuses `more` people if a limit would be exceeded. `parameter` is the parameter that listed them.
    pub fn expect(self, more: usize, parameter: &str) -> Result<()> {
        let more = i64::try_from(more).unwrap_or(i64::MAX);
        if more > (MAX_PEOPLE_AND_INVITES - self.taken).max(0) {
            let sentence = format!("Your workspace is full ({MAX_PEOPLE_AND_INVITES} people and invites)");
            return Err(Error::invalid(parameter, "full", sentence));
        }
        match self.own_pending {
            Some(pending) if more > (MAX_PENDING_OF_MEMBER - pending).max(0) => {
                let sentence = format!(
                    "A member can have {MAX_PENDING_OF_MEMBER} pending invites, and you have {pending}. Ask a workspace \
                     admin to invite more people."
                );
                Err(Error::invalid(parameter, "too_many_pending", sentence))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Room;

    #[test]
    fn fits_up_to_a_thousand() {
        for (taken, more, fits) in [(1, 999, true), (1, 1000, false), (1000, 0, true), (1003, 1, false)] {
            let room = Room { taken, own_pending: None };
            assert_eq!(room.expect(more, "user_emails").is_ok(), fits, "{taken} and {more}");
        }
        assert_eq!(Room { taken: 1003, own_pending: None }.left(), 0);
    }

    #[test]
    fn fits_up_to_twenty_of_one_member() {
        for (taken, pending, more, left, fits) in
            [(30, 0, 20, 20, true), (30, 19, 2, 1, false), (998, 5, 2, 2, true), (30, 25, 1, 0, false)]
        {
            let room = Room { taken, own_pending: Some(pending) };
            assert_eq!(room.left(), left, "{taken} with {pending}");
            assert_eq!(room.expect(more, "user_emails").is_ok(), fits, "{taken} with {pending} and {more}");
        }
    }
}
