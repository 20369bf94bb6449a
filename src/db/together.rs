//! Several changes in one round trip to PostgreSQL, which carries out the parts of one statement on one snapshot: none of
//! them sees what the others change. SQLite carries them out one after the other.

use std::{any::Any, marker::PhantomData};

use diesel::{
    QueryResult, RunQueryDsl as _,
    connection::Connection as _,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    query_dsl::methods::LoadQuery,
};

use super::{Conn, MultiBackend, Prepared};

/// Carries out the steps and returns the row of the query. Neither may depend on what another one changes.
pub fn together<'query, S, Q, Id, U>(conn: &mut Conn, steps: S, query: Prepared<Q, Id>) -> QueryResult<U>
where
    S: Steps,
    Prepared<Q, Id>: LoadQuery<'query, Conn, U>,
    Prepared<WithSteps<S, Q>, Together<S::Id, Id>>: LoadQuery<'query, Conn, U>,
{
    match conn {
        Conn::Postgres(_) => {
            Prepared::<_, Together<S::Id, Id>>::new(WithSteps { steps, query: query.query }).get_result(conn)
        }
        Conn::Sqlite(_) => {
            steps.execute(conn)?;
            query.get_result(conn)
        }
    }
}

/// Identifies the statement for PostgreSQL, or several steps.
pub struct Together<A, B>(PhantomData<(A, B)>);

/// Statements that return nothing.
pub trait Steps {
    /// Identifies them.
    type Id: Any;

    /// One after the other.
    fn execute(&self, conn: &mut Conn) -> QueryResult<()>;

    /// Their SQL inside `WITH step AS (…)`.
    fn walk_steps<'b>(&'b self, out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()>;
}

/// Two steps.
pub struct Two<A, B>(pub A, pub B);

impl<Q: QueryFragment<MultiBackend>, Id: Any> Steps for Prepared<Q, Id> {
    type Id = Id;

    fn execute(&self, conn: &mut Conn) -> QueryResult<()> {
        conn.execute_returning_count(self).map(drop)
    }

    fn walk_steps<'b>(&'b self, out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        self.query.walk_ast(out)
    }
}

impl<A: Steps, B: Steps> Steps for Two<A, B> {
    type Id = Together<A::Id, B::Id>;

    fn execute(&self, conn: &mut Conn) -> QueryResult<()> {
        self.0.execute(conn)?;
        self.1.execute(conn)
    }

    fn walk_steps<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        self.0.walk_steps(out.reborrow())?;
        out.push_sql("), then_step AS (");
        self.1.walk_steps(out)
    }
}

/// A query of PostgreSQL with steps that are carried out before.
pub struct WithSteps<S, Q> {
    steps: S,
    query: Q,
}

impl<S, Q> QueryId for WithSteps<S, Q> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<S, Q: Query> Query for WithSteps<S, Q> {
    type SqlType = Q::SqlType;
}

impl<S: Steps, Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for WithSteps<S, Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("WITH step AS (");
        self.steps.walk_steps(out.reborrow())?;
        out.push_sql(") ");
        self.query.walk_ast(out)
    }
}
