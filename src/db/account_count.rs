//! The kept number of a workspace's accounts on a network, in a column of a list, so that the list is one statement.
//! Diesel would bind a limit to such a query within a query, which [`super::limited`] explains.

use diesel::{
    AppearsOnTable, Expression, QueryResult, SelectableExpression,
    backend::Backend,
    expression::{ValidGrouping, is_aggregate},
    query_builder::{AstPass, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{BigInt, HasSqlType, Nullable, Text},
};

use crate::schema::social_accounts;

/// NULL if there has never been one.
#[derive(Debug, Clone, Copy)]
pub struct AccountCount<'a> {
    pub workspace_id: i64,
    pub provider: &'a str,
}

impl QueryId for AccountCount<'_> {
    type QueryId = AccountCount<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Expression for AccountCount<'_> {
    type SqlType = Nullable<BigInt>;
}

impl AppearsOnTable<social_accounts::table> for AccountCount<'_> {}
impl SelectableExpression<social_accounts::table> for AccountCount<'_> {}

impl ValidGrouping<()> for AccountCount<'_> {
    type IsAggregate = is_aggregate::Never;
}

impl<DB> QueryFragment<DB> for AccountCount<'_>
where
    DB: Backend + HasSqlType<BigInt> + HasSqlType<Text>,
    i64: ToSql<BigInt, DB>,
    str: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(SELECT accounts FROM account_counts WHERE workspace_id = ");
        out.push_bind_param::<BigInt, _>(&self.workspace_id)?;
        out.push_sql(" AND scope = 'workspace' AND provider = ");
        out.push_bind_param::<Text, _>(self.provider)?;
        out.push_sql(")");
        Ok(())
    }
}
