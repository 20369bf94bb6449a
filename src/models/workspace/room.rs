//! How many more people can be invited into a workspace. Its people and its pending invites count towards the limit.

use diesel::prelude::*;

use crate::{
    clock::Moment,
    db::Conn,
    error::{Error, Result},
    schema::{invites, memberships},
};

/// People and pending invites in a workspace, at most.
pub const MAX_PEOPLE_AND_INVITES: i64 = 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    taken: i64,
}

impl Room {
    pub fn load(conn: &mut Conn, workspace_id: i64, now: Moment) -> Result<Self> {
        let people: i64 =
            memberships::table.filter(memberships::workspace_id.eq(workspace_id)).count().get_result(conn)?;
        let invited: i64 = invites::table
            .filter(invites::workspace_id.eq(workspace_id))
            .filter(invites::expires_at.gt(now))
            .count()
            .get_result(conn)?;
        Ok(Self { taken: people + invited })
    }

    /// How many more may be invited.
    pub fn left(self) -> i64 {
        (MAX_PEOPLE_AND_INVITES - self.taken).max(0)
    }

    /// Refuses `more` people if the limit would be exceeded. `parameter` is the parameter that listed them.
    pub fn expect(self, more: usize, parameter: &str) -> Result<()> {
        if i64::try_from(more).is_ok_and(|more| more <= self.left()) {
            return Ok(());
        }
        let sentence = format!("Your workspace is full ({MAX_PEOPLE_AND_INVITES} people and invites)");
        Err(Error::invalid(parameter, "full", sentence))
    }
}

#[cfg(test)]
mod tests {
    use super::Room;

    #[test]
    fn fits_up_to_a_thousand() {
        for (taken, more, fits) in [(1, 999, true), (1, 1000, false), (1000, 0, true), (1003, 1, false)] {
            assert_eq!(Room { taken }.expect(more, "user_emails").is_ok(), fits, "{taken} and {more}");
        }
        assert_eq!(Room { taken: 1003 }.left(), 0);
    }
}
