//! SQL that diesel's query builder does not have for both databases. The text is constant; values are bound.

use std::marker::PhantomData;

use diesel::{
    QueryResult,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::Untyped,
};

use super::{Conn, MultiBackend, dialect::text_for};

/// A statement whose row has the type `ST`. Prepare it with [`prepared!`](crate::prepared).
pub struct FixedSql<'a, ST = Untyped> {
    text: &'static str,
    values: Vec<Box<dyn QueryFragment<MultiBackend> + 'a>>,
    row: PhantomData<ST>,
}

/// Each `?` in the text stands for the next value.
pub fn fixed_sql<'a, ST>(conn: &Conn, postgres: &'static str, sqlite: &'static str) -> FixedSql<'a, ST> {
    FixedSql { text: text_for(conn, postgres, sqlite), values: Vec::new(), row: PhantomData }
}

impl<'a, ST> FixedSql<'a, ST> {
    pub fn bind(mut self, value: impl QueryFragment<MultiBackend> + 'a) -> Self {
        self.values.push(Box::new(value));
        self
    }
}

impl<ST> QueryId for FixedSql<'_, ST> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<ST> Query for FixedSql<'_, ST> {
    type SqlType = ST;
}

impl<ST> QueryFragment<MultiBackend> for FixedSql<'_, ST> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        let mut values = self.values.iter();
        for (at, part) in self.text.split('?').enumerate() {
            if at > 0
                && let Some(value) = values.next()
            {
                value.walk_ast(out.reborrow())?;
            }
            out.push_sql(part);
        }
        Ok(())
    }
}
