//! Whether the addresses of a request belong to members or to pending invites, checked before inviting.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use super::Invite;
use crate::{
    db::{Conn, among},
    error::Result,
    models::{email::Email, session::Viewer},
    prepared,
    schema::{invites, users},
};

/// What a workspace knows about an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Addressee {
    /// A person in the workspace, by user id.
    Member(i64),
    /// An address with a pending invite.
    Pending(Invite),
    /// Neither of these; possibly with an expired invite.
    Outside(Option<Invite>),
}

/// Returns each address once, in the given order.
pub fn load_addressees(
    conn: &mut Conn,
    viewer: &Viewer,
    emails: &[Email],
) -> Result<Vec<(Email, Addressee)>> {
    let texts: Vec<&str> = emails.iter().map(Email::as_str).collect();
    let members = users::table
        .filter(users::workspace_id.eq(viewer.workspace_id))
        .filter(among(users::email, &texts))
        .select((users::email, users::id));
    let mut members: HashMap<String, i64> = prepared!(members).load(conn)?.into_iter().collect();
    let invited = invites::table
        .filter(invites::workspace_id.eq(viewer.workspace_id))
        .filter(among(invites::email, &texts))
        .select(Invite::columns());
    let mut invited: HashMap<String, Invite> = prepared!(invited)
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
