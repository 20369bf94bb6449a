//! A page of the workspace's accounts, loaded in one statement with the person who asks for it.

use diesel::prelude::*;

use super::{SocialAccount, detailed::DetailedAccount, rights::optional_columns};
use crate::{
    db::{AccountCount, AccountDetails, Conn, GrantState, IsOnAccountPage},
    error::{Error, Result},
    models::{
        page::{Listed, Page, ROWS_PER_PAGE},
        role::Role,
        session::{ENDED, Session, Viewer, ViewerRow, session_rows},
        throttle,
    },
    prepared,
    schema::{memberships, social_accounts, users},
};

/// A person with an account, its details, the state of its grant, and the number of accounts on all pages.
type Row = (ViewerRow, Option<SocialAccount>, Option<String>, Option<String>, Option<i64>);

impl Session {
    /// All accounts of the workspace on a network for an admin, otherwise those shared with the person's teams.
    pub fn workspace_accounts(
        &self,
        conn: &mut Conn,
        provider: &str,
        page: Page,
    ) -> Result<(Viewer, Listed<DetailedAccount>)> {
        let mut workspace_id = self.workspace_id_in_token.unwrap_or_default();
        loop {
            let (viewer, accounts) = self.admin_list(conn, workspace_id, provider, page)?;
            if viewer.workspace_id != workspace_id {
                workspace_id = viewer.workspace_id;
            } else if viewer.is_admin() {
                return Ok((viewer, accounts));
            } else {
                // The statement asks for the shares itself: someone who has left sees nothing.
                let accounts = viewer.workspace_accounts(conn, provider, None, page)?;
                return Ok((viewer, accounts));
            }
        }
    }

    /// The person, and the accounts of this workspace if they are an admin there.
    fn admin_list(
        &self,
        conn: &mut Conn,
        workspace_id: i64,
        provider: &str,
        page: Page,
    ) -> Result<(Viewer, Listed<DetailedAccount>)> {
        let is_on_page = IsOnAccountPage::<ROWS_PER_PAGE> { workspace_id, provider, offset: page.offset() };
        let account = social_accounts::table.on(social_accounts::workspace_id
            .eq(users::workspace_id)
            .and(users::workspace_id.eq(workspace_id))
            .and(memberships::role.ne(Role::Member.id()))
            .and(is_on_page));
        let network = throttle::network(self.client);
        let count = AccountCount { workspace_id, provider };
        let columns =
            (ViewerRow::columns(), optional_columns(), AccountDetails.nullable(), GrantState, count);
        let rows = session_rows!(self, network, account).order(social_accounts::id).select(columns);
        let rows: Vec<Row> = match page.offset() {
            // Another text.
            0 => prepared!(rows).load(conn)?,
            _ => prepared!(rows).load(conn)?,
        };
        let mut viewer = None;
        let mut accounts = Listed { rows: Vec::with_capacity(rows.len()), total_count: 0 };
        for (person, account, details, grant, count) in rows {
            viewer = Some(person);
            accounts.total_count = count.unwrap_or_default();
            if let (Some(account), Some(details)) = (account, details) {
                accounts.rows.push(DetailedAccount::new(account, &details, grant.as_deref())?);
            }
        }
        let viewer = viewer.ok_or(Error::Unauthenticated(ENDED))?;
        Ok((self.to_viewer(viewer, network), accounts))
    }
}
