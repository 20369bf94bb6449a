//! Connects accounts that nobody in their workspace has, and otherwise says who may have them: on PostgreSQL in one call
//! for all requests that wait, on SQLite with a few statements that stay prepared. The function of PostgreSQL is in the
//! migration `events`, with the form of its requests and answers.

mod insertion;
mod row;
mod sqlite;

use std::any::Any;

use diesel::{
    Queryable, RunQueryDsl as _,
    sql_types::{Array, BigInt, Text},
};
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;

pub use self::{insertion::insert_all, row::NewAccountRow};
use super::{Conn, Db, Lane, Writers, batches, events::NewEventRow, group_commit::Sharing, types::Uuid};
use crate::{
    clock::{self, Moment},
    error::{Error, Result},
};

diesel::define_sql_function! {
    fn connect_unheld_accounts_with_events(
        workspace_ids: Array<BigInt>,
        user_ids: Array<BigInt>,
        requests: Text,
    ) -> Nullable<Text>;
}

/// An account to connect, and what the session of who asks needs to act without a record of its use.
#[derive(Serialize)]
pub struct Request {
    pub session: Uuid,
    pub user_id: i64,
    #[serde(serialize_with = "clock::serialize")]
    pub used_after: Moment,
    pub roles: Vec<i32>,
    pub signing_key: String,
    pub network: String,
    #[serde(serialize_with = "clock::serialize")]
    pub network_used_after: Moment,
    pub account: NewAccountRow,
    /// Without the name of who asks.
    pub event: NewEventRow,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The id of the new account.
    Connected(i64),
    /// Nothing was inserted; these accounts may be the wanted one, oldest first.
    Held(Vec<Held>),
}

#[derive(Deserialize, Queryable)]
pub struct Held {
    pub account_id: i64,
    pub owner_id: Option<i64>,
    pub key: String,
    pub handle: String,
    pub email: Option<String>,
}

impl Request {
    fn into_batch(self, keys: Box<dyn Any + Send + Sync>) -> Result<batches::Request> {
        let json = serde_json::to_string(&self).map_err(Error::ours)?;
        let Self { user_id, account: NewAccountRow { workspace_id, handle, key, .. }, .. } = self;
        Ok(batches::Request { workspace_id, user_id, names: [handle, key], json, _keys: keys })
    }
}

impl Db {
    /// `None` if the request needs a transaction of its own. `keys` are those that sealed the account's secrets; they are
    /// dropped when the account is connected, also if the client has left before.
    pub async fn connect_unheld(
        &self,
        request: Request,
        keys: Box<dyn Any + Send + Sync>,
    ) -> Result<Option<Outcome>> {
        match &self.writers {
            Writers::Pool(pool) => {
                let outcome = self.unheld.ask(pool, request.into_batch(keys)?).await?;
                outcome.map(|json| serde_json::from_str(&json).map_err(Error::ours)).transpose()
            }
            Writers::Group(writer) => {
                let lane = Lane::Workspace(request.account.workspace_id);
                let connect = move |conn: &mut Conn| {
                    _ = &keys;
                    Ok(sqlite::connect(conn, &request)?)
                };
                writer.run(lane, Sharing::AllOrNothing, connect).await
            }
        }
    }

    /// Calls run on this runtime, which must outlive the workers that ask for them.
    pub fn run_calls_on(&self, runtime: Handle) {
        self.unheld.run_on(runtime);
    }
}

pub(super) fn call(conn: &mut Conn, requests: &[batches::Request]) -> Result<Vec<Option<String>>> {
    let Conn::Postgres(conn) = conn else { return Err(Error::ours("a function of PostgreSQL")) };
    let workspace_ids: Vec<i64> = requests.iter().map(|request| request.workspace_id).collect();
    let user_ids: Vec<i64> = requests.iter().map(|request| request.user_id).collect();
    let requests: Vec<&str> = requests.iter().map(|request| request.json.as_str()).collect();
    let requests = format!("[{}]", requests.join(","));
    Ok(diesel::select(connect_unheld_accounts_with_events(workspace_ids, user_ids, requests)).load(conn)?)
}
