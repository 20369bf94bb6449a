//! What PostgreSQL does with texts and SQLite does not: `LIKE` to the letter, and one that folds every script's case.

mod like;
mod sliding;

use diesel::{
    QueryResult, SqliteConnection,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{Bool, Nullable, Text},
    sqlite::Sqlite,
};

use self::like::is_like as matches;
use super::statement_timeout::{self, StatementTimedOut};

diesel::define_sql_function! {
    fn is_like(text: Nullable<Text>, pattern: Nullable<Text>) -> Nullable<Bool>;
}
diesel::define_sql_function! {
    fn is_like_folded(text: Nullable<Text>, pattern: Nullable<Text>) -> Nullable<Bool>;
}
diesel::define_sql_function! {
    fn begins_with(text: Nullable<Text>, start: Nullable<Text>) -> Nullable<Bool>;
}

/// Teaches a SQLite connection these functions.
pub(super) fn register(connection: &mut SqliteConnection) -> QueryResult<()> {
    is_like_utils::register_impl(connection, |text: Option<String>, pattern: Option<String>| {
        in_time(|| Some(matches(&text?, &pattern?)))
    })?;
    is_like_folded_utils::register_impl(connection, |text: Option<String>, pattern: Option<String>| {
        in_time(|| Some(matches(&text?.to_lowercase(), &pattern?.to_lowercase())))
    })?;
    begins_with_utils::register_impl(connection, |text: Option<String>, start: Option<String>| {
        in_time(|| Some(text?.starts_with(&start?)))
    })?;
    Ok(())
}

/// Whether it holds – none where there is nothing to ask – unless the statement has run out of time.
#[derive(Debug)]
struct Verdict(Result<Option<bool>, StatementTimedOut>);

fn in_time(verdict: impl FnOnce() -> Option<bool>) -> Verdict {
    Verdict(statement_timeout::check().map(|()| verdict()))
}

impl ToSql<Nullable<Bool>, Sqlite> for Verdict {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        match self.0 {
            Ok(Some(holds)) => {
                out.set_value(i32::from(holds));
                Ok(IsNull::No)
            }
            Ok(None) => Ok(IsNull::Yes),
            Err(out_of_time) => Err(out_of_time.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use diesel::{Connection as _, RunQueryDsl as _, SqliteConnection};

    use super::{register, statement_timeout};
    use crate::db::dialect::{Fault, fault};

    #[test]
    fn a_statement_has_its_time_and_no_more() {
        let mut connection = SqliteConnection::establish(":memory:").expect("SQLite");
        register(&mut connection).expect("its functions");
        let mut ask = || diesel::sql_query("SELECT is_like('a', 'a')").execute(&mut connection);
        statement_timeout::start(Duration::from_mins(1));
        assert!(ask().is_ok());
        statement_timeout::start(Duration::ZERO);
        assert_eq!(fault(&ask().expect_err("no time")), Fault::Busy);
    }
}
