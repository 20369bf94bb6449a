//! The steps in their order, and the condition for each to be done.

use diesel::prelude::*;
use strum::{AsRefStr, IntoStaticStr};

use crate::{
    db::Conn,
    error::Result,
    models::{page::Page, session::Viewer, user::User, workspace::room::Room},
    schema::account_shares,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, AsRefStr, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Step {
    ConnectAccount,
    InviteColleagues,
    ShareWithTeam,
    CheckPersonal,
}

impl Step {
    pub const ALL: [Self; 4] =
        [Self::ConnectAccount, Self::InviteColleagues, Self::ShareWithTeam, Self::CheckPersonal];

    /// The name in the database and in V4.
    pub fn name(self) -> &'static str {
        self.into()
    }

    pub(super) fn is_done(self, conn: &mut Conn, viewer: &Viewer) -> Result<bool> {
        match self {
            Self::ConnectAccount => Ok(viewer.social_accounts(conn, Page::FIRST)?.total_count > 0),
            Self::InviteColleagues => has_or_awaits_colleagues(conn, viewer),
            Self::ShareWithTeam => has_shares(conn, viewer),
            Self::CheckPersonal => has_name(conn, viewer),
        }
    }
}

fn has_or_awaits_colleagues(conn: &mut Conn, viewer: &Viewer) -> Result<bool> {
    Ok(Room::load(conn, viewer)?.has_or_awaits_colleagues())
}

/// An admin sees all accounts, so shares are looked up; a member sees only shared accounts, so seeing one is enough.
fn has_shares(conn: &mut Conn, viewer: &Viewer) -> Result<bool> {
    if !viewer.is_admin() {
        return viewer.sees_workspace_accounts(conn);
    }
    let shares = account_shares::table.filter(account_shares::workspace_id.eq(viewer.workspace_id));
    Ok(diesel::select(diesel::dsl::exists(shares)).get_result(conn)?)
}

fn has_name(conn: &mut Conn, viewer: &Viewer) -> Result<bool> {
    Ok(!User::find(conn, viewer.user_id)?.full_name().trim().is_empty())
}
