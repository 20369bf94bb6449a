//! What belongs to an account in other tables, as JSON in a column of its row, so that a list of accounts is one
//! statement.

use diesel::{
    AppearsOnTable, Expression, QueryResult, SelectableExpression,
    expression::{ValidGrouping, is_aggregate},
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::Text,
};

use super::MultiBackend;
use crate::schema::social_accounts;

const POSTGRES: &str = "json_build_object(
    'connected_by', (
        SELECT json_build_object(
            'id', users.id, 'email', users.email, 'first_name', users.first_name, 'last_name', users.last_name)
        FROM users WHERE users.id = social_accounts.connected_by),
    'teams', (
        SELECT coalesce(json_agg(json_build_object('id', teams.id, 'name', teams.name) ORDER BY teams.id), '[]')
        FROM account_shares
        JOIN teams ON teams.workspace_id = account_shares.workspace_id AND teams.id = account_shares.team_id
        WHERE account_shares.workspace_id = social_accounts.workspace_id
            AND account_shares.account_id = social_accounts.id))::text";

/// `json` marks the texts of the queries within as JSON, which SQLite would otherwise quote.
const SQLITE: &str = "json_object(
    'connected_by', json((
        SELECT json_object(
            'id', users.id, 'email', users.email, 'first_name', users.first_name, 'last_name', users.last_name)
        FROM users WHERE users.id = social_accounts.connected_by)),
    'teams', json((
        SELECT json_group_array(json_object('id', teams.id, 'name', teams.name) ORDER BY teams.id)
        FROM account_shares
        JOIN teams ON teams.workspace_id = account_shares.workspace_id AND teams.id = account_shares.team_id
        WHERE account_shares.workspace_id = social_accounts.workspace_id
            AND account_shares.account_id = social_accounts.id)))";

/// An object with `connected_by`, a person or null, and `teams`, those that share the account.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct AccountDetails;

impl Expression for AccountDetails {
    type SqlType = Text;
}

impl<T> AppearsOnTable<T> for AccountDetails where social_accounts::id: AppearsOnTable<T> {}
impl<T> SelectableExpression<T> for AccountDetails where social_accounts::id: SelectableExpression<T> {}

impl ValidGrouping<()> for AccountDetails {
    type IsAggregate = is_aggregate::No;
}

impl QueryFragment<MultiBackend> for AccountDetails {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql(match out.backend() {
            MultiBackend::Postgres(_) => POSTGRES,
            MultiBackend::Sqlite(_) => SQLITE,
        });
        Ok(())
    }
}
