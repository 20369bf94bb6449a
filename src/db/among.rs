//! Whether a column is one of the values of a list. The list is one bound value, so that the text of the statement, and
//! with it the prepared statement, is the same for lists of every length.

use diesel::{
    AppearsOnTable, Expression, QueryResult,
    backend::Backend,
    expression::ValidGrouping,
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{BigInt, Bool, HasSqlType, Text},
    sqlite::Sqlite,
};
use serde::Serialize;

use super::MultiBackend;
use crate::sql_types::Guid;

/// The condition that a column is one of these values.
pub fn among<C, V>(column: C, values: impl IntoIterator<Item = V>) -> Among<C>
where
    C: Expression<SqlType: Listed>,
    V: Serialize,
{
    let values: Vec<V> = values.into_iter().collect();
    let json = serde_json::to_string(&values).unwrap_or_else(|_| "[]".to_owned());
    Among { column, json, type_name: <C::SqlType as Listed>::NAME }
}

/// The SQL type of a list's values.
pub trait Listed {
    /// Its name in PostgreSQL.
    const NAME: &'static str;
}

impl Listed for BigInt {
    const NAME: &'static str = "bigint";
}

impl Listed for Guid {
    const NAME: &'static str = "uuid";
}

impl Listed for Text {
    const NAME: &'static str = "text";
}

/// Made by [`among`].
#[derive(Debug, Clone, QueryId)]
pub struct Among<C> {
    column: C,
    /// A JSON list.
    json: String,
    type_name: &'static str,
}

impl<C: Expression> Expression for Among<C> {
    type SqlType = Bool;
}

impl<C: AppearsOnTable<T>, T> AppearsOnTable<T> for Among<C> {}

impl<C: ValidGrouping<G>, G> ValidGrouping<G> for Among<C> {
    type IsAggregate = C::IsAggregate;
}

impl<C> Among<C> {
    fn walk<'b, DB>(&'b self, mut out: AstPass<'_, 'b, DB>, is_postgres: bool) -> QueryResult<()>
    where
        DB: Backend + HasSqlType<Text>,
        C: QueryFragment<DB>,
        String: ToSql<Text, DB>,
    {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(if is_postgres { " = ANY (ARRAY(SELECT value::" } else { " IN (SELECT value" });
        if is_postgres {
            out.push_sql(self.type_name);
        }
        out.push_sql(if is_postgres { " FROM jsonb_array_elements_text(" } else { " FROM json_each(" });
        out.push_bind_param::<Text, _>(&self.json)?;
        out.push_sql(if is_postgres { "::jsonb)))" } else { "))" });
        Ok(())
    }
}

impl<C: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Among<C> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        let is_postgres = matches!(out.backend(), MultiBackend::Postgres(_));
        self.walk(out, is_postgres)
    }
}

impl<C: QueryFragment<Pg>> QueryFragment<Pg> for Among<C> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.walk(out, true)
    }
}

impl<C: QueryFragment<Sqlite>> QueryFragment<Sqlite> for Among<C> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.walk(out, false)
    }
}
