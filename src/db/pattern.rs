//! Text functions that PostgreSQL has and SQLite lacks: a case-sensitive `LIKE`, one that ignores the case of all scripts,
//! not only of ASCII, and the text in which names are sorted.

mod like;
mod sliding;

use unicode_normalization::UnicodeNormalization as _;

use diesel::{
    BoxableExpression, QueryResult, SqliteConnection,
    dsl::sql,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{Bool, Nullable, Text},
    sqlite::Sqlite,
};

use self::like::is_like as matches;
use super::{
    cell::Dialect,
    connection::MultiBackend,
    statement_timeout::{self, StatementTimedOut},
};

diesel::define_sql_function! {
    fn is_like(text: Nullable<Text>, pattern: Nullable<Text>) -> Nullable<Bool>;
}
diesel::define_sql_function! {
    fn is_like_folded(text: Nullable<Text>, pattern: Nullable<Text>) -> Nullable<Bool>;
}
diesel::define_sql_function! {
    fn begins_with(text: Nullable<Text>, start: Nullable<Text>) -> Nullable<Bool>;
}
diesel::define_sql_function! {
    fn fold_case(text: Nullable<Text>) -> Nullable<Text>;
}

impl Dialect {
    /// SQL for a text in NFC and lower case.
    pub fn fold_case(self, text: &str) -> String {
        match self {
            Self::Postgres => format!("lower(normalize({text}) COLLATE \"und-x-icu\")"),
            Self::Sqlite => format!("fold_case({text})"),
        }
    }

    /// SQL for a text that sorts by its code points, on every database alike.
    pub fn by_code_points(self, text: &str) -> String {
        match self {
            Self::Postgres => format!("{text} COLLATE \"C\""),
            Self::Sqlite => text.to_owned(),
        }
    }
}

/// The condition that one of the columns contains the text, whatever the case. None of them may be NULL.
pub fn any_contains<'a, QS: 'a>(
    dialect: Dialect,
    columns: &[&str],
    text: &str,
) -> Box<dyn BoxableExpression<QS, MultiBackend, SqlType = Bool> + 'a> {
    let (before, after) = around_pattern(dialect, columns);
    if dialect == Dialect::Sqlite {
        statement_timeout::start(statement_timeout::STATEMENT_TIMEOUT);
    }
    Box::new(sql(&before).bind::<Text, _>(containing(text)).sql(after))
}

/// The SQL before and after a pattern that one of the columns matches, whatever the case.
pub(super) fn around_pattern(dialect: Dialect, columns: &[&str]) -> (String, &'static str) {
    // Nobody looks for a text over several lines.
    let all = columns.join(" || chr(10) || ");
    match dialect {
        Dialect::Postgres => (format!("({all}) COLLATE \"und-x-icu\" ILIKE "), ""),
        Dialect::Sqlite => (format!("is_like_folded({}, ", all.replace("chr(", "char(")), ")"),
    }
}

/// The pattern of the texts that contain this one.
pub(super) fn containing(text: &str) -> String {
    format!("%{}%", escape(text))
}

/// The text as a pattern that only it matches.
fn escape(text: &str) -> String {
    text.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_")
}

/// Makes these functions available on an SQLite connection.
pub(super) fn register(connection: &mut SqliteConnection) -> QueryResult<()> {
    is_like_utils::register_impl(connection, |text: Option<String>, pattern: Option<String>| {
        unless_timed_out(|| Some(matches(&text?, &pattern?)))
    })?;
    is_like_folded_utils::register_impl(connection, |text: Option<String>, pattern: Option<String>| {
        unless_timed_out(|| Some(matches(&text?.to_lowercase(), &pattern?.to_lowercase())))
    })?;
    begins_with_utils::register_impl(connection, |text: Option<String>, start: Option<String>| {
        unless_timed_out(|| Some(text?.starts_with(&start?)))
    })?;
    fold_case_utils::register_impl(connection, |text: Option<String>| {
        text.map(|text| text.nfc().collect::<String>().to_lowercase())
    })?;
    Ok(())
}

/// Whether a text matches; `None` if an argument is NULL, an error if the statement has timed out.
#[derive(Debug)]
struct Match(Result<Option<bool>, StatementTimedOut>);

fn unless_timed_out(matches: impl FnOnce() -> Option<bool>) -> Match {
    Match(statement_timeout::check().map(|()| matches()))
}

impl ToSql<Nullable<Bool>, Sqlite> for Match {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        match self.0 {
            Ok(Some(matches)) => {
                out.set_value(i32::from(matches));
                Ok(IsNull::No)
            }
            Ok(None) => Ok(IsNull::Yes),
            Err(timed_out) => Err(timed_out.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use diesel::{Connection as _, RunQueryDsl as _, SqliteConnection};

    use super::{register, statement_timeout};
    use crate::db::dialect::{Fault, classify};

    #[test]
    fn a_function_fails_once_its_statement_has_timed_out() {
        let mut connection = SqliteConnection::establish(":memory:").expect("SQLite");
        register(&mut connection).expect("its functions");
        let mut call = || diesel::sql_query("SELECT is_like('a', 'a')").execute(&mut connection);
        statement_timeout::start(Duration::from_mins(1));
        assert!(call().is_ok());
        statement_timeout::start(Duration::ZERO);
        assert_eq!(classify(&call().expect_err("no time")), Fault::Busy);
    }
}
