//! Copies SQLite's write-ahead log to the file.

use diesel::{
    QueryResult, QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query, sql_types::Integer,
};

/// What a checkpoint has done.
#[derive(QueryableByName)]
pub(super) struct Checkpoint {
    #[diesel(sql_type = Integer)]
    busy: i32,
    /// Pages in the log, and those of them that are in the file.
    #[diesel(sql_type = Integer, column_name = log)]
    pub pages: i32,
    #[diesel(sql_type = Integer, column_name = checkpointed)]
    copied: i32,
}

impl Checkpoint {
    /// Copies what nobody is in the way of, and waits for nobody.
    pub fn passive(conn: &mut SqliteConnection) -> QueryResult<Self> {
        sql_query("PRAGMA wal_checkpoint(PASSIVE)").get_result(conn)
    }

    /// Copies all, and empties the log. Waits for those who read from it as long as the connection's timeout says.
    pub fn truncate(conn: &mut SqliteConnection) -> QueryResult<Self> {
        sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result(conn)
    }

    /// False if somebody was in the way.
    pub fn is_complete(&self) -> bool {
        self.busy == 0 && self.copied == self.pages
    }
}
