//! An account as lists show it: with the teams that share it, and the person who connected it.

use diesel::prelude::*;
use serde::Deserialize;

use super::{SocialAccount, connection::Connection};
use crate::{
    clock::Moment,
    db::{AccountDetails, Conn, GrantState, MultiBackend},
    error::{Error, Result},
    models::page::{Listed, Page},
    schema::social_accounts,
};

pub(super) type Query<'a> = social_accounts::BoxedQuery<'a, MultiBackend>;

/// An account, its details, the state of its grant, and the number of rows on all pages.
pub(super) type Row = (SocialAccount, String, Option<String>, Option<i64>);

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

pub(super) fn listed(rows: Vec<Row>, total_count: i64, now: Moment) -> Result<Listed<DetailedAccount>> {
    let rows = rows
        .into_iter()
        .map(|(account, details, grant, _)| DetailedAccount::new(account, &details, grant.as_deref(), now));
    Ok(Listed { rows: rows.collect::<Result<_>>()?, total_count })
}
