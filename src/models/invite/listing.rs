//! Lists the invites into a workspace for its people, and the invites whose token a session has presented.

use diesel::{prelude::*, sql_types::Bool};

use super::Invite;
use crate::{
    db::{Conn, Dialect, MultiBackend, pattern},
    error::{Error, Result},
    models::{
        email,
        page::{Listed, Page},
        session::Viewer,
    },
    schema::{invites, presented_invites, users, workspaces},
};

/// An invite with its workspace's name and its sender. The sender is `None` once they have left the workspace or are no admin any more.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct InviteInView {
    pub invite: Invite,
    pub workspace_name: String,
    pub sender_email: Option<String>,
    pub sender_avatar_image: Option<String>,
}

impl Viewer {
    /// Those of the viewer's workspace, in the order of their ids: those on a page, or all. With a `name`, those that have it
    /// in their address.
    pub fn pending_invites(
        &self,
        conn: &mut Conn,
        name: Option<&str>,
        page: Option<Page>,
    ) -> Result<Listed<InviteInView>> {
        let dialect = conn.dialect();
        let mut listed = invites::table
            .inner_join(workspaces::table.on(workspaces::id.eq(invites::workspace_id)))
            .left_join(users::table.on(users::id.nullable().eq(invites::sender_id)))
            .filter(invites::workspace_id.eq(self.workspace_id))
            .filter(invites::expires_at.gt(self.now))
            .order(invites::id)
            .select((
                Invite::columns(),
                workspaces::name,
                users::email.nullable(),
                users::avatar_image.nullable(),
            ))
            .into_boxed();
        if let Some(name) = name {
            listed = listed.filter(address_contains(dialect, name));
        }
        if let Some(page) = page {
            listed = listed.limit(page.limit()).offset(page.offset());
        }
        let rows: Vec<InviteInView> = listed.load(conn)?;
        let total_count = match page {
            Some(_) => self.count_pending(conn, name)?,
            None => i64::try_from(rows.len()).map_err(Error::ours)?,
        };
        Ok(Listed { rows, total_count })
    }

    fn count_pending(&self, conn: &mut Conn, name: Option<&str>) -> Result<i64> {
        let mut pending = invites::table
            .filter(invites::workspace_id.eq(self.workspace_id))
            .filter(invites::expires_at.gt(self.now))
            .into_boxed();
        if let Some(name) = name {
            pending = pending.filter(address_contains(conn.dialect(), name));
        }
        Ok(pending.count().get_result(conn)?)
    }

    /// The invites, into any workspace, whose token this session has presented.
    pub fn presented_invites(&self, conn: &mut Conn) -> Result<Vec<InviteInView>> {
        let listed = presented_invites::table
            .inner_join(
                invites::table.on(invites::workspace_id
                    .eq(presented_invites::workspace_id)
                    .and(invites::id.eq(presented_invites::invite_id))),
            )
            .inner_join(workspaces::table.on(workspaces::id.eq(invites::workspace_id)))
            .left_join(users::table.on(users::id.nullable().eq(invites::sender_id)))
            .filter(presented_invites::session_id.eq(self.session_id))
            .order(invites::id)
            .select((
                Invite::columns(),
                workspaces::name,
                users::email.nullable(),
                users::avatar_image.nullable(),
            ))
            .load(conn)?;
        Ok(listed)
    }

    pub fn presented_invites_count(&self, conn: &mut Conn) -> Result<i64> {
        let count = presented_invites::table
            .filter(presented_invites::session_id.eq(self.session_id))
            .count()
            .get_result(conn)?;
        Ok(count)
    }
}

impl Invite {
    pub fn record_presented(&self, conn: &mut Conn, session_id: i64) -> Result<()> {
        let row = (
            presented_invites::workspace_id.eq(self.workspace_id),
            presented_invites::invite_id.eq(self.id),
            presented_invites::session_id.eq(session_id),
        );
        let noted = presented_invites::table.find((self.workspace_id, self.id, session_id));
        if !diesel::select(diesel::dsl::exists(noted)).get_result::<bool>(conn)? {
            diesel::insert_into(presented_invites::table).values(row).execute(conn)?;
        }
        Ok(())
    }
}

fn address_contains<'a, QS: 'a>(
    dialect: Dialect,
    name: &str,
) -> Box<dyn BoxableExpression<QS, MultiBackend, SqlType = Bool> + 'a> {
    let part = email::fold_part(name);
    let any_contains = |text: &str| pattern::any_contains(dialect, &["invites.email"], text);
    match part.address {
        Some(address) => Box::new(any_contains(&part.text).or(any_contains(&address))),
        None => any_contains(&part.text),
    }
}
