//! Finding accounts through what the viewer may see, so that "not yours" and "not there" are one answer.

use diesel::prelude::*;

use super::{SocialAccount, TWITTER};
use crate::{
    db::{Conn, MultiBackend},
    error::{Error, Result},
    models::{
        page::{Listed, Page},
        session::Viewer,
    },
    schema::{account_shares, social_accounts, team_memberships},
};

type Query<'a> = social_accounts::BoxedQuery<'a, MultiBackend>;

impl Viewer {
    /// The workspace's Twitter accounts this viewer sees: all for an admin, else those shared with their teams.
    pub fn workspace_accounts(&self, conn: &mut Conn, page: Page) -> Result<Listed<SocialAccount>> {
        let query = || self.visible_workspace_accounts().filter(social_accounts::provider.eq(TWITTER));
        listed(conn, query, page)
    }

    pub fn workspace_account(&self, conn: &mut Conn, id: i64) -> Result<SocialAccount> {
        one(conn, self.visible_workspace_accounts().filter(social_accounts::provider.eq(TWITTER)), id)
    }

    /// The viewer's own Twitter accounts.
    pub fn personal_accounts(&self, conn: &mut Conn, page: Page) -> Result<Listed<SocialAccount>> {
        listed(conn, || self.own_accounts().filter(social_accounts::provider.eq(TWITTER)), page)
    }

    pub fn personal_account(&self, conn: &mut Conn, id: i64) -> Result<SocialAccount> {
        one(conn, self.own_accounts().filter(social_accounts::provider.eq(TWITTER)), id)
    }

    /// Every account this viewer sees, of any network: own personal ones first, then by id.
    pub fn social_accounts(&self, conn: &mut Conn, page: Page) -> Result<Listed<SocialAccount>> {
        let query = || {
            let mine = social_accounts::owner_id.eq(Some(self.user_id)).assume_not_null();
            self.in_workspace().filter(mine.or(self.sees_for_the_workspace()))
        };
        let total_count = query().count().get_result(conn)?;
        let rows = query()
            .order((social_accounts::owner_id.is_null(), social_accounts::id))
            .limit(page.limit())
            .offset(page.offset())
            .select(SocialAccount::columns())
            .load(conn)?;
        Ok(Listed { rows, total_count })
    }

    fn in_workspace<'a>(&self) -> Query<'a> {
        social_accounts::table.filter(social_accounts::workspace_id.eq(self.workspace_id)).into_boxed()
    }

    fn own_accounts<'a>(&self) -> Query<'a> {
        self.in_workspace().filter(social_accounts::owner_id.eq(Some(self.user_id)))
    }

    fn visible_workspace_accounts<'a>(&self) -> Query<'a> {
        self.in_workspace().filter(self.sees_for_the_workspace())
    }

    /// A workspace account, and for a member one that a team of theirs shares.
    fn sees_for_the_workspace<'a>(
        &self,
    ) -> Box<
        dyn BoxableExpression<social_accounts::table, MultiBackend, SqlType = diesel::sql_types::Bool> + 'a,
    > {
        if self.is_admin() {
            return Box::new(social_accounts::owner_id.is_null());
        }
        let shared = account_shares::table
            .inner_join(
                team_memberships::table.on(team_memberships::workspace_id
                    .eq(account_shares::workspace_id)
                    .and(team_memberships::team_id.eq(account_shares::team_id))),
            )
            .filter(account_shares::workspace_id.eq(self.workspace_id))
            .filter(team_memberships::user_id.eq(self.user_id))
            .select(account_shares::account_id);
        Box::new(social_accounts::owner_id.is_null().and(social_accounts::id.eq_any(shared)))
    }
}

fn one(conn: &mut Conn, query: Query<'_>, id: i64) -> Result<SocialAccount> {
    query
        .filter(social_accounts::id.eq(id))
        .select(SocialAccount::columns())
        .first(conn)
        .optional()?
        .ok_or(Error::NotFound)
}

fn listed<'a>(conn: &mut Conn, query: impl Fn() -> Query<'a>, page: Page) -> Result<Listed<SocialAccount>> {
    let total_count = query().count().get_result(conn)?;
    let rows = query()
        .order(social_accounts::id)
        .limit(page.limit())
        .offset(page.offset())
        .select(SocialAccount::columns())
        .load(conn)?;
    Ok(Listed { rows, total_count })
}
