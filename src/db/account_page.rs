//! Whether an account is on a page of a workspace's accounts on a network, in the order of the ids: a condition of a
//! statement that loads more than accounts. Diesel would bind the limit, which [`super::limited`] explains.

use diesel::{
    AppearsOnTable, Expression, QueryResult,
    backend::Backend,
    expression::{ValidGrouping, is_aggregate},
    query_builder::{AstPass, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{BigInt, Bool, HasSqlType, Text},
};

use crate::schema::social_accounts;

/// Pages have `LIMIT` accounts. The text depends on whether this is the first one.
#[derive(Debug, Clone, Copy)]
pub struct IsOnAccountPage<'a, const LIMIT: i64> {
    pub workspace_id: i64,
    pub provider: &'a str,
    pub offset: i64,
}

impl<const LIMIT: i64> QueryId for IsOnAccountPage<'_, LIMIT> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<const LIMIT: i64> Expression for IsOnAccountPage<'_, LIMIT> {
    type SqlType = Bool;
}

impl<T, const LIMIT: i64> AppearsOnTable<T> for IsOnAccountPage<'_, LIMIT> where
    social_accounts::id: AppearsOnTable<T>
{
}

impl<const LIMIT: i64> ValidGrouping<()> for IsOnAccountPage<'_, LIMIT> {
    type IsAggregate = is_aggregate::Never;
}

impl<DB, const LIMIT: i64> QueryFragment<DB> for IsOnAccountPage<'_, LIMIT>
where
    DB: Backend + HasSqlType<BigInt> + HasSqlType<Text>,
    i64: ToSql<BigInt, DB>,
    str: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("social_accounts.id IN (SELECT listed.id FROM social_accounts AS listed WHERE listed.workspace_id = ");
        out.push_bind_param::<BigInt, _>(&self.workspace_id)?;
        out.push_sql(" AND listed.owner_id IS NULL AND listed.provider = ");
        out.push_bind_param::<Text, _>(self.provider)?;
        out.push_sql(&format!(" ORDER BY listed.id LIMIT {LIMIT}"));
        if self.offset > 0 {
            out.push_sql(" OFFSET ");
            out.push_bind_param::<BigInt, _>(&self.offset)?;
        }
        out.push_sql(")");
        Ok(())
    }
}
