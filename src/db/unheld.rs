//! Connecting accounts that nobody has, in one call of PostgreSQL. The function is in the migration
//! `connect_unheld_accounts`, with the form of its requests and answers.

use diesel::{RunQueryDsl as _, sql_types::Text};
use tokio::runtime::Handle;

use super::{Conn, Db, Writers, batches::Request};
use crate::error::{Error, Result};

diesel::define_sql_function! {
    fn connect_unheld_accounts(requests: Text) -> Nullable<Text>;
}

impl Db {
    /// The function's answer to one request; `None` if the request needs a transaction of its own, as always on SQLite.
    pub async fn connect_unheld(&self, request: Request) -> Result<Option<String>> {
        match &self.writers {
            Writers::Pool(pool) => self.unheld.ask(pool, request).await,
            Writers::Group(_) => Ok(None),
        }
    }

    pub fn connects_in_calls(&self) -> bool {
        matches!(self.writers, Writers::Pool(_))
    }

    /// Calls run on this runtime, which must outlive the workers that ask for them.
    pub fn run_calls_on(&self, runtime: Handle) {
        self.unheld.run_on(runtime);
    }
}

pub(super) fn call(conn: &mut Conn, requests: &[Request]) -> Result<Vec<Option<String>>> {
    let Conn::Postgres(conn) = conn else { return Err(Error::ours("a function of PostgreSQL")) };
    let requests: Vec<&str> = requests.iter().map(|request| request.json.as_str()).collect();
    let requests = format!("[{}]", requests.join(","));
    Ok(diesel::select(connect_unheld_accounts(requests)).load(conn)?)
}
