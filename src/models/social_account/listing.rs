//! The workspace's accounts on a network, without a transaction: what is loaded after the person depends on what they may see
//! by then.

use diesel::{dsl::exists, prelude::*};

use super::{
    SocialAccount, counting,
    detailed::{DetailedAccount, Row, listed},
};
use crate::{
    db::{AccountCount, AccountDetails, Conn, GrantState, Limited},
    error::Result,
    models::{
        page::{Listed, Page, ROWS_PER_PAGE},
        role::Role,
        session::{Session, Viewer},
    },
    prepared,
    schema::{memberships, social_accounts},
};

impl Session {
    /// A page of all accounts for an admin, otherwise of those shared with the person's teams.
    pub fn workspace_accounts(
        &self,
        conn: &mut Conn,
        provider: &str,
        page: Page,
    ) -> Result<(Viewer, Listed<DetailedAccount>)> {
        loop {
            let viewer = self.viewer(conn)?;
            let accounts = if viewer.is_admin() {
                page_for_admin(conn, &viewer, provider, page)?
            } else {
                viewer.workspace_accounts(conn, provider, None, page)?
            };
            if !accounts.rows.is_empty() || self.viewer(conn)?.agrees_with(&viewer) {
                return Ok((viewer, accounts));
            }
        }
    }
}

/// One page for an admin, in the order of the ids and in one statement, with the kept number of accounts. It is empty if they
/// are no admin of this workspace any more.
fn page_for_admin(
    conn: &mut Conn,
    viewer: &Viewer,
    provider: &str,
    page: Page,
) -> Result<Listed<DetailedAccount>> {
    let workspace_id = viewer.workspace_id;
    let is_admin = memberships::table
        .find((workspace_id, viewer.user_id))
        .filter(memberships::role.ne(Role::Member.id()))
        .select(memberships::role);
    let of_workspace = social_accounts::table
        .filter(exists(is_admin))
        .filter(social_accounts::workspace_id.eq(workspace_id))
        .filter(social_accounts::owner_id.is_null())
        .filter(social_accounts::provider.eq(provider));
    let count = AccountCount { workspace_id, provider };
    let columns = (SocialAccount::columns(), AccountDetails, GrantState, count);
    let rows: Vec<Row> = match page.offset() {
        0 => {
            let first = of_workspace.order(social_accounts::id).select(columns);
            prepared!(Limited::<_, ROWS_PER_PAGE>(first)).load(conn)?
        }
        offset => {
            // PostgreSQL would load the details of all rows that an offset skips.
            let all = diesel::alias!(social_accounts as all);
            let begin = all
                .filter(all.field(social_accounts::workspace_id).eq(workspace_id))
                .filter(all.field(social_accounts::owner_id).is_null())
                .filter(all.field(social_accounts::provider).eq(provider))
                .order(all.field(social_accounts::id))
                .offset(offset)
                .select(all.field(social_accounts::id))
                .single_value();
            let rest = of_workspace.filter(social_accounts::id.nullable().ge(begin));
            let rest = rest.order(social_accounts::id).select(columns);
            prepared!(Limited::<_, ROWS_PER_PAGE>(rest)).load(conn)?
        }
    };
    let counted = rows.first().map(|(.., counted)| *counted);
    let total_count = page.total_count(counted, || counting::of_workspace(conn, workspace_id, provider))?;
    listed(rows, total_count, viewer.now)
}
