//! The steps in their order, and what must be there for each to be done.

use diesel::prelude::*;

use crate::{
    db::Conn,
    error::Result,
    models::{
        page::Page,
        session::Viewer,
        user::User,
        workspace::room::{self, Room},
    },
    schema::account_shares,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    ConnectAccount,
    InviteColleagues,
    ShareWithTeam,
    CheckPersonal,
}

impl Step {
    pub const ALL: [Self; 4] =
        [Self::ConnectAccount, Self::InviteColleagues, Self::ShareWithTeam, Self::CheckPersonal];

    /// In the database and in V4.
    pub fn name(self) -> &'static str {
        match self {
            Self::ConnectAccount => "connect_account",
            Self::InviteColleagues => "invite_colleagues",
            Self::ShareWithTeam => "share_with_team",
            Self::CheckPersonal => "check_personal",
        }
    }

    pub(super) fn is_done(self, conn: &mut Conn, viewer: &Viewer) -> Result<bool> {
        match self {
            Self::ConnectAccount => Ok(viewer.social_accounts(conn, Page::FIRST)?.total_count > 0),
            Self::InviteColleagues => is_anybody_else_expected(conn, viewer),
            Self::ShareWithTeam => is_anything_shared(conn, viewer),
            Self::CheckPersonal => is_named(conn, viewer),
        }
    }
}

impl AsRef<str> for Step {
    fn as_ref(&self) -> &str {
        self.name()
    }
}

/// In the workspace already, or holding a pending invite.
fn is_anybody_else_expected(conn: &mut Conn, viewer: &Viewer) -> Result<bool> {
    let room = Room::in_workspace(conn, viewer.workspace_id, viewer.now)?;
    Ok(room.left() < room::LIMIT - 1)
}

/// A member sees only what is shared with them; an admin sees all, shared or not.
fn is_anything_shared(conn: &mut Conn, viewer: &Viewer) -> Result<bool> {
    if !viewer.is_admin() {
        return Ok(viewer.workspace_accounts(conn, Page::FIRST)?.total_count > 0);
    }
    let shares = account_shares::table.filter(account_shares::workspace_id.eq(viewer.workspace_id));
    Ok(diesel::select(diesel::dsl::exists(shares)).get_result(conn)?)
}

/// Colleagues see a name, not just an address.
fn is_named(conn: &mut Conn, viewer: &Viewer) -> Result<bool> {
    Ok(!User::find(conn, viewer.user_id)?.full_name().trim().is_empty())
}
