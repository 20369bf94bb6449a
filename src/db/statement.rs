//! A statement on tables that the catalogue describes. Its SQL is made of constant text and bound values only.

use std::borrow::Cow;

use diesel::{
    QueryResult, RunQueryDsl,
    backend::Backend,
    connection::DefaultLoadingMode,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgRowByRowLoadingMode},
    query_builder::{AstPass, BoxedSqlQuery, Query, QueryFragment, QueryId},
    row::{Field as _, Row},
    sql_query,
    sql_types::{Nullable, Text, Untyped},
    sqlite::Sqlite,
};

use super::{
    cell::{Cell, Dialect},
    connection::Conn,
    pattern,
    prepared::walk_prepared,
    statement_timeout, supervision,
};

/// Up to this many values are looked up in an index if there is one.
const MAX_UNHASHED_VALUES: usize = 20;

/// SQL under construction, with the values bound to it so far.
#[derive(Debug, Clone)]
pub struct Statement {
    dialect: Dialect,
    sql: String,
    binds: Vec<Option<String>>,
    is_prepared: bool,
}

/// A row, its cells as texts in the order of the selection; `None` is NULL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts(pub Vec<Option<String>>);

impl Conn {
    pub fn dialect(&self) -> Dialect {
        match self {
            Self::Postgres(_) => Dialect::Postgres,
            Self::Sqlite(_) => Dialect::Sqlite,
        }
    }
}

impl Statement {
    pub fn new(dialect: Dialect, sql: impl Into<String>) -> Self {
        Self { dialect, sql: sql.into(), binds: Vec::new(), is_prepared: false }
    }

    /// Prepares the statement once for each connection. Only for texts of which there are few, because they are kept.
    pub fn prepare(&mut self) -> &mut Self {
        self.is_prepared = true;
        self
    }

    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Appends SQL, which must not contain text from a client.
    pub fn push(&mut self, sql: &str) -> &mut Self {
        self.sql.push_str(sql);
        self
    }

    /// Appends the columns of a selection, converted to text and separated by commas.
    pub fn select_as_text<'a>(&mut self, columns: impl IntoIterator<Item = (Cell, &'a str)>) -> &mut Self {
        let list: Vec<_> =
            columns.into_iter().map(|(cell, column)| self.dialect.to_text(cell, column)).collect();
        self.push(&list.join(", "))
    }

    /// Appends a bound value, given in the text form of its cell.
    pub fn bind(&mut self, cell: Cell, value: Option<String>) -> &mut Self {
        let parameter = self.parameter(value);
        let bound = self.dialect.cast_text(cell, &parameter);
        self.push(&bound)
    }

    /// Appends a condition: `column` is one of the values, which are bound as one JSON list. The column should lead an
    /// index of the workspace, in which PostgreSQL looks up the array; a plan without this index hashes the values first.
    pub fn is_any_of(&mut self, cell: Cell, column: &str, values: &[String]) -> &mut Self {
        if let [value] = values {
            return self.push(&format!("{column} = ")).bind(cell, Some(value.clone()));
        }
        let list = self.list(cell, values);
        self.push(&match self.dialect {
            Dialect::Postgres => format!("{column} = ANY (ARRAY({list})) AND ({column} IN ({list})) = TRUE"),
            Dialect::Sqlite => format!("{column} IN ({list})"),
        })
    }

    /// Appends the same condition for a column that may have no index: PostgreSQL hashes a long list. `= TRUE` changes
    /// no value; it stops the planner from making a join, which compares every pair if there are no statistics.
    pub fn is_any_of_hashed(&mut self, cell: Cell, column: &str, values: &[String]) -> &mut Self {
        if values.len() <= MAX_UNHASHED_VALUES || self.dialect == Dialect::Sqlite {
            return self.is_any_of(cell, column, values);
        }
        let list = self.list(cell, values);
        self.push(&format!("({column} IN ({list})) = TRUE"))
    }

    /// Binds the values as one JSON list, and returns the query for them.
    fn list(&mut self, cell: Cell, values: &[String]) -> String {
        let parameter = self.parameter(Some(serde_json::Value::from(values).to_string()));
        match self.dialect {
            Dialect::Postgres => format!(
                "SELECT value::{} FROM jsonb_array_elements_text({parameter}::jsonb) AS list (value)",
                self.dialect.type_name(cell)
            ),
            Dialect::Sqlite => {
                format!("SELECT {} FROM json_each({parameter})", self.dialect.cast_text(cell, "value"))
            }
        }
    }

    /// Appends a condition: the JSON list of texts in `column` contains one of the values; NULL if the column is NULL.
    /// `IS TRUE` stops PostgreSQL from making a join that compares every pair, so that it hashes the values once.
    pub fn contains_any_of(&mut self, column: &str, values: &[String]) -> &mut Self {
        let list = serde_json::Value::from(values).to_string();
        let parameter = self.parameter(Some(list));
        let (held, wanted) = match self.dialect {
            Dialect::Postgres => (
                format!("jsonb_array_elements_text({column}::jsonb)"),
                format!("jsonb_array_elements_text({parameter}::jsonb)"),
            ),
            Dialect::Sqlite => (format!("json_each({column})"), format!("json_each({parameter})")),
        };
        self.push(&format!(
            "CASE WHEN {column} IS NOT NULL THEN EXISTS (SELECT 1 FROM {held} AS held \
             WHERE (held.value IN (SELECT wanted.value FROM {wanted} AS wanted)) IS TRUE) END"
        ))
    }

    /// Appends a condition: `column` begins with a text, in the same case.
    pub fn begins_with(&mut self, cell: Cell, column: &str, start: String) -> &mut Self {
        let column = self.dialect.to_text(cell, column);
        let parameter = self.parameter(Some(start));
        let condition = match self.dialect {
            Dialect::Postgres => format!("starts_with({column}, {parameter}::text)"),
            Dialect::Sqlite => format!("begins_with({column}, {parameter})"),
        };
        self.push(&condition)
    }

    /// Appends a condition: `column` matches a pattern of `%` and `_`, which `\` escapes.
    pub fn is_like(&mut self, cell: Cell, column: &str, pattern: String, folds_case: bool) -> &mut Self {
        let column = self.dialect.to_text(cell, column);
        let parameter = self.parameter(Some(pattern));
        let condition = match (self.dialect, folds_case) {
            (Dialect::Postgres, false) => format!("{column} LIKE {parameter}::text"),
            (Dialect::Postgres, true) => format!("{column} COLLATE \"und-x-icu\" ILIKE {parameter}::text"),
            (Dialect::Sqlite, false) => format!("is_like({column}, {parameter})"),
            (Dialect::Sqlite, true) => format!("is_like_folded({column}, {parameter})"),
        };
        self.push(&condition)
    }

    /// Appends a condition: one of the columns contains a text, whatever the case. None of them may be NULL.
    pub fn any_contains(&mut self, columns: &[&str], text: &str) -> &mut Self {
        let (before, after) = pattern::around_pattern(self.dialect, columns);
        self.push(&before).bind(Cell::Text, Some(pattern::containing(text))).push(after)
    }

    /// Appends bound values, separated by commas.
    pub fn bind_all(&mut self, values: impl IntoIterator<Item = (Cell, Option<String>)>) -> &mut Self {
        for (at, (cell, value)) in values.into_iter().enumerate() {
            if at > 0 {
                self.push(", ");
            }
            self.bind(cell, value);
        }
        self
    }

    pub fn rows(&mut self, conn: &mut Conn) -> QueryResult<Vec<Texts>> {
        let bound = self.begin();
        let rows = match conn {
            Conn::Postgres(conn) => bound.query::<Pg>().load(conn),
            Conn::Sqlite(conn) => bound.query::<Sqlite>().load(conn),
        }?;
        supervision::note_progress();
        Ok(rows)
    }

    /// Passes each row to `take` until it returns an error. Later rows are not kept in memory.
    pub fn each_row<R, E>(
        &mut self,
        conn: &mut Conn,
        mut take: impl FnMut(R) -> Result<(), E>,
    ) -> Result<(), E>
    where
        R: FromSqlRow<Untyped, Pg> + FromSqlRow<Untyped, Sqlite> + 'static,
        E: From<diesel::result::Error>,
    {
        let bound = self.begin();
        match conn {
            Conn::Postgres(conn) => bound
                .query::<Pg>()
                .load_iter::<R, PgRowByRowLoadingMode>(conn)?
                .try_for_each(|row| take(noted(row?))),
            Conn::Sqlite(conn) => bound
                .query::<Sqlite>()
                .load_iter::<R, DefaultLoadingMode>(conn)?
                .try_for_each(|row| take(noted(row?))),
        }
    }

    /// Returns the number of affected rows.
    pub fn execute(&mut self, conn: &mut Conn) -> QueryResult<usize> {
        let bound = self.begin();
        let affected = match conn {
            Conn::Postgres(conn) => bound.query::<Pg>().execute(conn),
            Conn::Sqlite(conn) => bound.query::<Sqlite>().execute(conn),
        }?;
        supervision::note_progress();
        Ok(affected)
    }

    /// Starts the statement's timeout and takes its SQL and values.
    fn begin(&mut self) -> BoundSql {
        statement_timeout::start(statement_timeout::STATEMENT_TIMEOUT);
        BoundSql {
            sql: std::mem::take(&mut self.sql),
            binds: std::mem::take(&mut self.binds),
            is_prepared: self.is_prepared,
        }
    }

    /// Binds a value and returns its placeholder, `$1` or `?1`.
    fn parameter(&mut self, value: Option<String>) -> String {
        self.binds.push(value);
        match self.dialect {
            Dialect::Postgres => format!("${}", self.binds.len()),
            Dialect::Sqlite => format!("?{}", self.binds.len()),
        }
    }
}

/// A row that has arrived, which is progress.
fn noted<R>(row: R) -> R {
    supervision::note_progress();
    row
}

struct BoundSql {
    sql: String,
    binds: Vec<Option<String>>,
    is_prepared: bool,
}

/// A query that is prepared once for each text, or each time.
struct BoundQuery<DB: Backend> {
    query: BoxedSqlQuery<'static, DB, diesel::query_builder::SqlQuery>,
    /// The text, if it is prepared once.
    prepared: Option<String>,
}

impl BoundSql {
    fn query<DB>(self) -> BoundQuery<DB>
    where
        DB: Backend + diesel::sql_types::HasSqlType<Text> + 'static,
        Option<String>: diesel::serialize::ToSql<Nullable<Text>, DB> + AsExpression<Nullable<Text>>,
    {
        let prepared = self.is_prepared.then(|| self.sql.clone());
        let query = sql_query(self.sql).into_boxed::<DB>();
        let query = self.binds.into_iter().fold(query, BoxedSqlQuery::bind::<Nullable<Text>, _>);
        BoundQuery { query, prepared }
    }
}

impl<DB: Backend> QueryId for BoundQuery<DB> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Backend> Query for BoundQuery<DB> {
    type SqlType = Untyped;
}

impl<DB: Backend, C> RunQueryDsl<C> for BoundQuery<DB> {}

impl<DB: Backend> QueryFragment<DB> for BoundQuery<DB>
where
    BoxedSqlQuery<'static, DB, diesel::query_builder::SqlQuery>: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        match &self.prepared {
            Some(text) => walk_prepared(&self.query, out, |_| Ok(Cow::Borrowed(text))),
            None => self.query.walk_ast(out),
        }
    }
}

impl FromSqlRow<Untyped, Pg> for Texts {
    fn build_from_row<'a>(row: &impl Row<'a, Pg>) -> deserialize::Result<Self> {
        texts(row)
    }
}

impl FromSqlRow<Untyped, Sqlite> for Texts {
    fn build_from_row<'a>(row: &impl Row<'a, Sqlite>) -> deserialize::Result<Self> {
        texts(row)
    }
}

fn texts<'a, DB>(row: &impl Row<'a, DB>) -> deserialize::Result<Texts>
where
    DB: Backend,
    String: FromSql<Text, DB>,
{
    let text = |at| {
        let field = row.get(at).ok_or("a row shorter than it says")?;
        field.value().map(<String as FromSql<Text, DB>>::from_sql).transpose()
    };
    (0..row.field_count()).map(text).collect::<deserialize::Result<_>>().map(Texts)
}
