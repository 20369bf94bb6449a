//! How well the grant of an account is, as JSON in a column of the account's row, so that a list of accounts is one
//! statement.

use diesel::{
    AppearsOnTable, Expression, QueryResult, SelectableExpression,
    expression::{ValidGrouping, is_aggregate},
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{Nullable, Text},
    sqlite::Sqlite,
};

use super::MultiBackend;
use crate::schema::social_accounts;

const POSTGRES: &str = "(SELECT json_build_object(
        'state', grants.state, 'reason', grants.reason, 'attempts', grants.attempts,
        'leased_until', to_char(grants.leased_until, 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'),
        'checked_at', to_char(grants.last_checked_at, 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'),
        'expires_at', to_char(grants.expires_at, 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'))::text
    FROM grants WHERE grants.workspace_id = social_accounts.workspace_id AND grants.id = social_accounts.grant_id)";

const SQLITE: &str = "(SELECT json_object(
        'state', grants.state, 'reason', grants.reason, 'attempts', grants.attempts,
        'leased_until', strftime('%Y-%m-%dT%H:%M:%fZ', grants.leased_until),
        'checked_at', strftime('%Y-%m-%dT%H:%M:%fZ', grants.last_checked_at),
        'expires_at', strftime('%Y-%m-%dT%H:%M:%fZ', grants.expires_at))
    FROM grants WHERE grants.workspace_id = social_accounts.workspace_id AND grants.id = social_accounts.grant_id)";

/// An object with `state`, `reason`, `attempts`, `leased_until`, `checked_at` and `expires_at`; NULL for an account without
/// a grant.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct GrantState;

impl Expression for GrantState {
    type SqlType = Nullable<Text>;
}

impl<T> AppearsOnTable<T> for GrantState where social_accounts::id: AppearsOnTable<T> {}
impl<T> SelectableExpression<T> for GrantState where social_accounts::id: AppearsOnTable<T> {}

impl ValidGrouping<()> for GrantState {
    type IsAggregate = is_aggregate::No;
}

impl QueryFragment<MultiBackend> for GrantState {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql(match out.backend() {
            MultiBackend::Postgres(_) => POSTGRES,
            MultiBackend::Sqlite(_) => SQLITE,
        });
        Ok(())
    }
}

/// Diesel asks for these in RETURNING.
impl QueryFragment<Pg> for GrantState {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(POSTGRES);
        Ok(())
    }
}

impl QueryFragment<Sqlite> for GrantState {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(SQLITE);
        Ok(())
    }
}
