//! Statements with a fixed text: prepared once for each connection, and their SQL is written once in a process. Diesel
//! never prepares an UPDATE or an upsert by itself, and writes the SQL of the others anew each time.

use std::{
    any::{Any, TypeId},
    borrow::Cow,
    collections::HashMap,
    marker::PhantomData,
    sync::{LazyLock, PoisonError, RwLock},
};

use diesel::{
    QueryResult,
    RunQueryDsl,
    SqliteConnection,
    backend::Backend,
    // What the derived `Conn` uses itself. Diesel's public interface does not tell what a pass is for.
    internal::derives::multiconnection::AstPassHelper as _,
    pg::Pg,
    query_builder::{AstPass, Query, QueryBuilder as _, QueryFragment, QueryId},
    sqlite::Sqlite,
};

use super::{Conn, MultiBackend};

type Builder = <MultiBackend as Backend>::QueryBuilder;

/// By statement, and whether it is for PostgreSQL.
static TEXTS: LazyLock<RwLock<HashMap<(TypeId, bool), &'static str>>> = LazyLock::new(RwLock::default);

/// A statement whose text is the same each time; `Id` stands for the place in the code that makes it. Made by
/// [`prepared!`](crate::prepared).
pub struct Prepared<Q, Id> {
    pub(super) query: Q,
    id: PhantomData<Id>,
}

/// Makes a [`Prepared`] of a query. Only the values bound to it may differ from one call to the next.
#[macro_export]
macro_rules! prepared {
    ($query:expr) => {{
        struct ThisStatement;
        $crate::db::Prepared::<_, ThisStatement>::new($query)
    }};
}

impl<Q, Id> Prepared<Q, Id> {
    pub fn new(query: Q) -> Self {
        Self { query, id: PhantomData }
    }
}

impl<Q, Id: Any> QueryId for Prepared<Q, Id> {
    type QueryId = Prepared<(), Id>;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<Q: Query, Id> Query for Prepared<Q, Id> {
    type SqlType = Q::SqlType;
}

impl<Q, Id> RunQueryDsl<Conn> for Prepared<Q, Id> {}

impl<Q, Id> RunQueryDsl<SqliteConnection> for Prepared<Q, Id> {}

impl<Q: QueryFragment<MultiBackend>, Id: Any> QueryFragment<MultiBackend> for Prepared<Q, Id> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        walk_prepared(&self.query, out, |backend| {
            let is_postgres = matches!(backend, MultiBackend::Postgres(_));
            known_text::<Id>(is_postgres, || sql(&self.query, backend)).map(Cow::Borrowed)
        })
    }
}

/// For statements of SQLite alone.
impl<Q: QueryFragment<Sqlite>, Id: Any> QueryFragment<Sqlite> for Prepared<Q, Id> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        walk_prepared(&self.query, out, |backend| {
            let write = || {
                let mut builder = <Sqlite as Backend>::QueryBuilder::default();
                self.query.to_sql(&mut builder, backend)?;
                Ok(builder.finish())
            };
            known_text::<Id>(false, write).map(Cow::Borrowed)
        })
    }
}

fn known_text<Id: Any>(
    is_postgres: bool,
    write: impl Fn() -> QueryResult<String>,
) -> QueryResult<&'static str> {
    let key = (TypeId::of::<Id>(), is_postgres);
    let known = TEXTS.read().unwrap_or_else(PoisonError::into_inner).get(&key).copied();
    if let Some(text) = known {
        debug_assert_eq!(text, write()?, "the text of a prepared statement is not fixed");
        return Ok(text);
    }
    let text: &'static str = write()?.leak();
    TEXTS.write().unwrap_or_else(PoisonError::into_inner).insert(key, text);
    Ok(text)
}

/// Passes the values of a query on, but not that diesel would not prepare it, and writes its text as a whole.
pub(super) fn walk_prepared<'b, DB: Backend>(
    query: &'b impl QueryFragment<DB>,
    mut out: AstPass<'_, 'b, DB>,
    text: impl FnOnce(&DB) -> QueryResult<Cow<'b, str>>,
) -> QueryResult<()> {
    if out.bind_collector().is_some() || out.debug_binds().is_some() {
        return query.walk_ast(out);
    }
    let text = text(out.backend())?;
    out.push_sql(&text);
    Ok(())
}

/// A statement with a few possible texts, each of which is prepared once for each connection.
pub struct Variant<Q>(pub Q);

impl<Q> QueryId for Variant<Q> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Variant<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> RunQueryDsl<Conn> for Variant<Q> {}

impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Variant<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        walk_prepared(&self.0, out, |backend| sql(&self.0, backend).map(Cow::Owned))
    }
}

fn sql(query: &impl QueryFragment<MultiBackend>, backend: &MultiBackend) -> QueryResult<String> {
    let mut builder = match backend {
        MultiBackend::Postgres(_) => Builder::Postgres(<Pg as Backend>::QueryBuilder::default()),
        MultiBackend::Sqlite(_) => Builder::Sqlite(<Sqlite as Backend>::QueryBuilder::default()),
    };
    query.to_sql(&mut builder, backend)?;
    Ok(builder.finish())
}
