//! Where the addresses of a request stand in a workspace, before anybody is invited or put into a team.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use super::Invite;
use crate::{
    db::Conn,
    error::Result,
    models::{email::Email, session::Viewer},
    schema::{invites, users},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Addressee {
    /// In the workspace, by user id.
    Member(i64),
    /// Invited, and the invite is still good.
    Pending(Invite),
    /// Neither; perhaps with an invite whose time is over.
    Outside(Option<Invite>),
}

/// Each address once, in the order given.
pub fn load_addressees(
    conn: &mut Conn,
    viewer: &Viewer,
    emails: &[Email],
) -> Result<Vec<(Email, Addressee)>> {
    let texts: Vec<&str> = emails.iter().map(Email::as_str).collect();
    let mut members: HashMap<String, i64> = users::table
        .filter(users::workspace_id.eq(viewer.workspace_id))
        .filter(users::email.eq_any(&texts))
        .select((users::email, users::id))
        .load(conn)?
        .into_iter()
        .collect();
    let mut invited: HashMap<String, Invite> = invites::table
        .filter(invites::workspace_id.eq(viewer.workspace_id))
        .filter(invites::email.eq_any(&texts))
        .select(Invite::columns())
        .load(conn)?
        .into_iter()
        .map(|invite: Invite| (invite.email.clone(), invite))
        .collect();
    let mut seen = HashSet::new();
    let each = emails.iter().filter(|email| seen.insert(email.as_str()));
    Ok(each
        .map(|email| {
            let addressee = match (members.remove(email.as_str()), invited.remove(email.as_str())) {
                (Some(user_id), _) => Addressee::Member(user_id),
                (None, Some(invite)) if invite.is_pending(viewer.now) => Addressee::Pending(invite),
                (None, former) => Addressee::Outside(former),
            };
            (email.clone(), addressee)
        })
        .collect())
}
