//! A query whose limit is part of its text. SQLite prepares a statement anew whenever a limit is bound to it, because its
//! plan may depend on the limit.

use diesel::{
    QueryResult, RunQueryDsl,
    backend::Backend,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
};

#[derive(Debug, Clone, Copy)]
pub struct Limited<Q, const LIMIT: i64>(pub Q);

impl<Q: Query, const LIMIT: i64> Query for Limited<Q, LIMIT> {
    type SqlType = Q::SqlType;
}

impl<Q, C, const LIMIT: i64> RunQueryDsl<C> for Limited<Q, LIMIT> {}

impl<Q: QueryId, const LIMIT: i64> QueryId for Limited<Q, LIMIT> {
    type QueryId = Limited<Q::QueryId, LIMIT>;
    const HAS_STATIC_QUERY_ID: bool = Q::HAS_STATIC_QUERY_ID;
}

impl<Q: QueryFragment<DB>, DB: Backend, const LIMIT: i64> QueryFragment<DB> for Limited<Q, LIMIT> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(&format!(" LIMIT {LIMIT}"));
        Ok(())
    }
}
