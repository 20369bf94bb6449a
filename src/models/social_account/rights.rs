//! What a viewer, a member and an admin may do with accounts in V4: one list each. `/rest` checks authority in
//! `records/hooks/accounts.rs`. Accounts are looked up among those that the viewer may see, so an account they may not see
//! gets the same answer as one that does not exist: 404.

use diesel::{dsl::exists, prelude::*};
use unicode_normalization::UnicodeNormalization as _;

use super::{
    NewAccount, Owner, SocialAccount,
    changing::change_nickname,
    connecting::{Connected, connect, disconnect},
    connection::ConnectedAccount,
    detailed::{self, DetailedAccount, Query},
    sharing,
    transferring::transfer,
    visibility::{
        all_networks, in_workspace, is_visible_for_workspace, personal_accounts, shares_to,
        workspace_accounts,
    },
};
use crate::{
    clock::Moment,
    db::{AccountDetails, Conn, Dialect, GrantState, MultiBackend, among, pattern},
    error::{Error, Result},
    models::{
        page::{Listed, Page},
        role::Role,
        session::{
            Admin, ENDED, Member, ONLY_ADMINS_MANAGE_WORKSPACE_ACCOUNTS, Session, Viewer, ViewerRow,
            session_rows,
        },
        throttle,
        vault::Vault,
    },
    prepared,
    schema::{account_shares, memberships, social_accounts, team_memberships, users},
};

const NAMES: [&str; 3] =
    ["social_accounts.screen_name", "social_accounts.twitter_nickname", "social_accounts.nickname"];

/// A person with an account that they may see, its details, and the state of its grant.
type ShownRow = (ViewerRow, Option<SocialAccount>, Option<String>, Option<String>);

impl Session {
    /// An account of the workspace that the session's person may see, loaded in one statement with the person.
    pub fn workspace_account(
        &self,
        conn: &mut Conn,
        provider: &str,
        id: i64,
    ) -> Result<(Viewer, DetailedAccount)> {
        let shared = shares_to!(users::workspace_id, users::id).filter(account_shares::account_id.eq(id));
        let account = social_accounts::table.on(social_accounts::workspace_id
            .eq(users::workspace_id)
            .and(social_accounts::id.eq(id))
            .and(social_accounts::provider.eq(provider))
            .and(social_accounts::owner_id.is_null())
            .and(memberships::role.ne(Role::Member.id()).or(exists(shared))));
        let network = throttle::network(self.client);
        let columns = (ViewerRow::columns(), optional_columns(), AccountDetails.nullable(), GrantState);
        let rows = session_rows!(self, network, account).select(columns);
        let row: Option<ShownRow> = prepared!(rows).get_result(conn).optional()?;
        match row.ok_or(Error::Unauthenticated(ENDED))? {
            (viewer, Some(account), Some(details), grant) => {
                let viewer = self.to_viewer(viewer, network);
                let account = DetailedAccount::new(account, &details, grant.as_deref(), viewer.now)?;
                Ok((viewer, account))
            }
            _ => Err(Error::NotFound),
        }
    }

    /// The same for an account of the session's person.
    pub fn personal_account(
        &self,
        conn: &mut Conn,
        provider: &str,
        id: i64,
    ) -> Result<(Viewer, ConnectedAccount)> {
        let account = social_accounts::table.on(social_accounts::workspace_id
            .eq(users::workspace_id)
            .and(social_accounts::id.eq(id))
            .and(social_accounts::provider.eq(provider))
            .and(social_accounts::owner_id.eq(users::id.nullable())));
        let network = throttle::network(self.client);
        let columns = (ViewerRow::columns(), optional_columns(), GrantState);
        let rows = session_rows!(self, network, account).select(columns);
        let row: Option<(ViewerRow, Option<SocialAccount>, Option<String>)> =
            prepared!(rows).get_result(conn).optional()?;
        let (viewer, account, grant) = row.ok_or(Error::Unauthenticated(ENDED))?;
        let viewer = self.to_viewer(viewer, network);
        let account = ConnectedAccount::new(account.ok_or(Error::NotFound)?, grant.as_deref(), viewer.now)?;
        Ok((viewer, account))
    }
}

fn optional_columns() -> <Option<SocialAccount> as Selectable<MultiBackend>>::SelectExpression {
    <Option<SocialAccount> as Selectable<MultiBackend>>::construct_selection()
}

impl Viewer {
    /// The workspace's accounts on a network: all of them for an admin, otherwise those shared with the viewer's teams. With
    /// a `name`, those that have it in a name.
    pub fn workspace_accounts(
        &self,
        conn: &mut Conn,
        provider: &str,
        name: Option<&str>,
        page: Page,
    ) -> Result<Listed<DetailedAccount>> {
        let dialect = conn.dialect();
        detailed::list(conn, || named(dialect, workspace_accounts(self, provider), name), page, self.now)
    }

    pub fn sees_workspace_accounts(&self, conn: &mut Conn) -> Result<bool> {
        let visible = in_workspace(self).filter(is_visible_for_workspace(self));
        Ok(visible.count().get_result::<i64>(conn)? > 0)
    }

    pub fn personal_accounts(
        &self,
        conn: &mut Conn,
        provider: &str,
        name: Option<&str>,
        page: Page,
    ) -> Result<Listed<ConnectedAccount>> {
        let dialect = conn.dialect();
        let query = || named(dialect, personal_accounts(self, provider), name);
        list(conn, query, |query| query.order(social_accounts::id), page, self.now)
    }

    /// All accounts that the viewer sees, on all networks: personal accounts first, then by id.
    pub fn social_accounts(&self, conn: &mut Conn, page: Page) -> Result<Listed<ConnectedAccount>> {
        list(conn, || all_networks(self), mine_first, page, self.now)
    }

    /// The same on one network.
    pub(super) fn accounts_on(
        &self,
        conn: &mut Conn,
        provider: &str,
        page: Page,
    ) -> Result<Listed<SocialAccount>> {
        let query = || all_networks(self).filter(social_accounts::provider.eq(provider));
        let rows: Vec<(SocialAccount, Option<i64>)> = mine_first(query())
            .limit(page.limit())
            .offset(page.offset())
            .select((SocialAccount::columns(), query().count().single_value()))
            .load(conn)?;
        let counted = rows.first().map(|(_, counted)| *counted);
        let total_count = page.total_count(counted, || query().count().get_result(conn))?;
        Ok(Listed { rows: rows.into_iter().map(|(account, _)| account).collect(), total_count })
    }

    /// Those of these accounts on a network that the viewer sees, in the order of the ids.
    pub fn accounts_among(&self, conn: &mut Conn, provider: &str, ids: &[i64]) -> Result<Vec<SocialAccount>> {
        let mut accounts: Vec<SocialAccount> = all_networks(self)
            .filter(social_accounts::provider.eq(provider))
            .filter(among(social_accounts::id, ids))
            .select(SocialAccount::columns())
            .load(conn)?;
        accounts.sort_by_key(|account| ids.iter().position(|id| *id == account.id));
        Ok(accounts)
    }
}

fn mine_first(query: Query<'_>) -> Query<'_> {
    query.order((social_accounts::owner_id.is_null(), social_accounts::id))
}

impl Member {
    pub fn connect_personally(&self, conn: &mut Conn, vault: &Vault, new: &NewAccount) -> Result<Connected> {
        connect(conn, vault, self.into(), Owner::Person(self.user_id), new)
    }

    pub fn change_personal_nickname(
        &self,
        conn: &mut Conn,
        provider: &str,
        id: i64,
        nickname: Option<&str>,
    ) -> Result<ConnectedAccount> {
        change_nickname(conn, self, Owner::Person(self.user_id), provider, id, nickname)
    }

    /// An account that this member may change: their own or, for an admin, the workspace's. 403 for one that they only see.
    pub(super) fn changeable_account(
        &self,
        conn: &mut Conn,
        provider: &str,
        id: i64,
    ) -> Result<SocialAccount> {
        let account = find(conn, all_networks(self).filter(social_accounts::provider.eq(provider)), id)?;
        match account.owner() {
            Owner::Workspace if !self.is_admin() => {
                Err(Error::Forbidden(ONLY_ADMINS_MANAGE_WORKSPACE_ACCOUNTS))
            }
            _ => Ok(account),
        }
    }

    pub fn disconnect_personal(&self, conn: &mut Conn, vault: &Vault, provider: &str, id: i64) -> Result<()> {
        let owner = Owner::Person(self.user_id);
        disconnect(conn, vault, self.workspace_id, owner, provider, id, self.now)
    }
}

impl Admin {
    pub fn connect(&self, conn: &mut Conn, vault: &Vault, new: &NewAccount) -> Result<Connected> {
        connect(conn, vault, (&**self).into(), Owner::Workspace, new)
    }

    /// Shares a workspace account with exactly these teams, and changes its nickname if one is given. `parameter` is the
    /// parameter that listed the teams. Returns the account and the number of its teams.
    pub fn share(
        &self,
        conn: &mut Conn,
        provider: &str,
        id: i64,
        nickname: Option<&str>,
        team_ids: &[i64],
        parameter: &str,
    ) -> Result<(SocialAccount, i64)> {
        sharing::share(conn, self, provider, id, nickname, team_ids, parameter)
    }

    /// Disconnects a workspace account, which also ends its sharing.
    pub fn disconnect(&self, conn: &mut Conn, vault: &Vault, provider: &str, id: i64) -> Result<()> {
        disconnect(conn, vault, self.workspace_id, Owner::Workspace, provider, id, self.now)
    }

    /// Transfers an account of this admin, on one of these networks, to the workspace. `parameter` is the parameter that
    /// named the account.
    pub fn transfer_to_workspace(
        &self,
        conn: &mut Conn,
        vault: &Vault,
        providers: &[&str],
        id: i64,
        parameter: &str,
    ) -> Result<SocialAccount> {
        let account = find_transferable(conn, self, providers, id)?;
        transfer(conn, vault, (&**self).into(), account, Owner::Workspace, parameter)
    }

    /// Transfers an account of the workspace to this admin.
    pub fn transfer_to_self(
        &self,
        conn: &mut Conn,
        vault: &Vault,
        providers: &[&str],
        id: i64,
        parameter: &str,
    ) -> Result<SocialAccount> {
        let account = find_transferable(conn, self, providers, id)?;
        transfer(conn, vault, (&**self).into(), account, Owner::Person(self.user_id), parameter)
    }
}

/// Those whose display name, handle or nickname contains the text, which may begin with the `@` of a handle.
fn named<'a>(dialect: Dialect, query: Query<'a>, text: Option<&str>) -> Query<'a> {
    let Some(text) = text else { return query };
    let text: String = text.trim().trim_start_matches('@').nfc().collect();
    query.filter(pattern::any_contains(dialect, &NAMES, &text))
}

/// Finds an account of the workspace or of this admin.
fn find_transferable(conn: &mut Conn, admin: &Admin, providers: &[&str], id: i64) -> Result<SocialAccount> {
    let is_own = social_accounts::owner_id.eq(Some(admin.user_id)).assume_not_null();
    let query = in_workspace(admin)
        .filter(among(social_accounts::provider, providers))
        .filter(social_accounts::owner_id.is_null().or(is_own));
    find(conn, query, id)
}

fn find(conn: &mut Conn, query: Query<'_>, id: i64) -> Result<SocialAccount> {
    query
        .filter(social_accounts::id.eq(id))
        .select(SocialAccount::columns())
        .get_result(conn)
        .optional()?
        .ok_or(Error::NotFound)
}

fn list<'a>(
    conn: &mut Conn,
    query: impl Fn() -> Query<'a>,
    order: impl Fn(Query<'a>) -> Query<'a>,
    page: Page,
    now: Moment,
) -> Result<Listed<ConnectedAccount>> {
    let rows: Vec<(SocialAccount, Option<String>, Option<i64>)> = order(query())
        .limit(page.limit())
        .offset(page.offset())
        .select((SocialAccount::columns(), GrantState, query().count().single_value()))
        .load(conn)?;
    let counted = rows.first().map(|(.., counted)| *counted);
    let total_count = page.total_count(counted, || query().count().get_result(conn))?;
    let accounts =
        rows.into_iter().map(|(account, grant, _)| ConnectedAccount::new(account, grant.as_deref(), now));
    Ok(Listed { rows: accounts.collect::<Result<_>>()?, total_count })
}
