//! An account as lists show it: with the teams that share it, and the person who connected it.

use diesel::prelude::*;
use serde::Deserialize;

use super::{SocialAccount, connection::Connection, counting};
use crate::{
    clock::Moment,
    db::{AccountCount, AccountDetails, Conn, GrantState, Limited, MultiBackend},
    error::{Error, Result},
    models::page::{Listed, Page, ROWS_PER_PAGE},
    prepared,
    schema::social_accounts,
};

pub(super) type Query<'a> = social_accounts::BoxedQuery<'a, MultiBackend>;

/// An account, its details, the state of its grant, and the number of rows on all pages.
type Row = (SocialAccount, String, Option<String>, Option<i64>);

#[derive(Debug, Clone)]
pub struct DetailedAccount {
    pub account: SocialAccount,
    pub connection: Connection,
    pub details: Details,
}

/// The JSON of [`AccountDetails`].
#[derive(Debug, Clone, Deserialize)]
pub struct Details {
    pub connected_by: Option<Connector>,
    pub teams: Vec<SharingTeam>,
}

/// The person who connected an account.
#[derive(Debug, Clone, Deserialize)]
pub struct Connector {
    pub id: i64,
    pub email: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
}

/// A team that shares an account.
#[derive(Debug, Clone, Deserialize)]
pub struct SharingTeam {
    pub id: i64,
    pub name: String,
}

impl DetailedAccount {
    pub(super) fn new(
        account: SocialAccount,
        details: &str,
        grant: Option<&str>,
        now: Moment,
    ) -> Result<Self> {
        let connection = Connection::new(&account, grant, now)?;
        Ok(Self { account, connection, details: serde_json::from_str(details).map_err(Error::ours)? })
    }
}

/// One page of a workspace's accounts on a network, in the order of the ids and in one statement, with their kept number.
pub(super) fn list_of_workspace(
    conn: &mut Conn,
    workspace_id: i64,
    provider: &str,
    page: Page,
    now: Moment,
) -> Result<Listed<DetailedAccount>> {
    let of_workspace = social_accounts::table
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
    listed(rows, total_count, now)
}

/// One page in the order of the ids, in one statement, which counts the rows of all pages, too.
pub(super) fn list<'a>(
    conn: &mut Conn,
    query: impl Fn() -> Query<'a>,
    page: Page,
    now: Moment,
) -> Result<Listed<DetailedAccount>> {
    // PostgreSQL would load the details of all rows that an offset skips, so the first row of the page is found alone.
    let rest = match page.offset() {
        0 => query(),
        offset => query().filter(social_accounts::id.nullable().ge(
            query().order(social_accounts::id).offset(offset).select(social_accounts::id).single_value(),
        )),
    };
    let rows: Vec<Row> = rest
        .order(social_accounts::id)
        .limit(page.limit())
        .select((SocialAccount::columns(), AccountDetails, GrantState, query().count().single_value()))
        .load(conn)?;
    let counted = rows.first().map(|(.., counted)| *counted);
    let total_count = page.total_count(counted, || query().count().get_result(conn))?;
    listed(rows, total_count, now)
}

fn listed(rows: Vec<Row>, total_count: i64, now: Moment) -> Result<Listed<DetailedAccount>> {
    let rows = rows
        .into_iter()
        .map(|(account, details, grant, _)| DetailedAccount::new(account, &details, grant.as_deref(), now));
    Ok(Listed { rows: rows.collect::<Result<_>>()?, total_count })
}
