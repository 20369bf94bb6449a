//! Connects accounts that nobody in their workspace has, and otherwise says who may have them: on PostgreSQL in one call
//! for all requests that wait, on SQLite with a few statements that stay prepared. The function of PostgreSQL is in the
//! migration `webhook_deliveries`, with the form of its requests and answers.

mod asked_for;
mod insertion;
mod row;
mod sqlite;

use std::{any::Any, sync::Arc};

use diesel::{
    Queryable, RunQueryDsl as _,
    sql_types::{Array, BigInt, Text},
};
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;

pub(super) use self::asked_for::AskedFor;
pub use self::{insertion::insert_all, row::NewAccountRow};
use super::{
    Conn, Db, Lane, Writers, batches,
    events::{NewEventRow, SealedMessage},
    group_commit::Sharing,
    queued_pool::QueuedPool,
    signal,
    types::Uuid,
};
use crate::{
    clock::{self, Moment},
    error::{Error, Result},
};

diesel::define_sql_function! {
    fn connect_unheld_accounts_with_deliveries(
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

/// What the webhooks get that ask for the event. The record in it names the owner of the account.
#[derive(Serialize)]
struct Message {
    id: Uuid,
    record: String,
    account_owner: Option<Uuid>,
}

#[derive(Serialize)]
struct RequestWithMessage<'a> {
    #[serde(flatten)]
    request: &'a Request,
    message: Option<&'a Message>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The id of the new account.
    Connected(i64),
    /// Nothing was inserted; these accounts may be the wanted one, oldest first.
    Held(Vec<Held>),
    /// Nothing was inserted, because webhooks ask for the event and the request has no message, or one that names another
    /// member as the owner.
    AskedFor { account_owner: Option<Uuid> },
}

#[derive(Deserialize, Queryable)]
pub struct Held {
    pub account_id: i64,
    pub owner_id: Option<i64>,
    pub key: String,
    pub handle: String,
    pub email: Option<String>,
}

impl Db {
    /// `None` if the request needs a transaction of its own. `keys` are those that sealed the account's secrets; they are
    /// dropped when the account is connected, also if the client has left before.
    pub async fn connect_unheld(
        &self,
        request: Request,
        keys: Arc<dyn Any + Send + Sync>,
    ) -> Result<Option<Outcome>> {
        match &self.writers {
            Writers::Pool(pool) => self.call_for_unheld(pool, &request, keys).await,
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

    /// Makes the call again with a message, if webhooks turn out to ask for the event.
    async fn call_for_unheld(
        &self,
        pool: &QueuedPool,
        request: &Request,
        keys: Arc<dyn Any + Send + Sync>,
    ) -> Result<Option<Outcome>> {
        let owner = (request.account.workspace_id, request.account.owner_id);
        let known = self.asked_for.get(owner);
        let outcome = self.call_with_message(pool, request, known, &keys).await?;
        let Some(Outcome::AskedFor { account_owner }) = outcome else { return Ok(outcome) };
        self.asked_for.note(owner, account_owner);
        let outcome = self.call_with_message(pool, request, Some(account_owner), &keys).await?;
        Ok(outcome.filter(|outcome| !matches!(outcome, Outcome::AskedFor { .. })))
    }

    /// `account_owner` is the member that the record in the message names; without it there is no message.
    async fn call_with_message(
        &self,
        pool: &QueuedPool,
        request: &Request,
        account_owner: Option<Option<Uuid>>,
        keys: &Arc<dyn Any + Send + Sync>,
    ) -> Result<Option<Outcome>> {
        let mut keys = vec![Arc::clone(keys)];
        let message = match (&pool.listener, account_owner) {
            (Some(listener), Some(account_owner)) => {
                let sealed = listener.seal(&request.event, request.account.cells(account_owner))?;
                let SealedMessage { id, record, keys: sealed_with } = sealed;
                keys.push(sealed_with);
                Some(Message { id, record, account_owner })
            }
            _ => None,
        };
        let request = RequestWithMessage { request, message: message.as_ref() };
        let json = serde_json::to_string(&request).map_err(Error::ours)?;
        let NewAccountRow { workspace_id, handle, key, .. } = &request.request.account;
        let request = batches::Request {
            workspace_id: *workspace_id,
            user_id: request.request.user_id,
            names: [handle.clone(), key.clone()],
            json,
            announces: message.is_some(),
            _keys: keys,
        };
        let outcome = self.unheld.ask(pool, request).await?;
        outcome.map(|json| serde_json::from_str(&json).map_err(Error::ours)).transpose()
    }

    /// Calls run on this runtime, which must outlive the workers that ask for them.
    pub fn run_calls_on(&self, runtime: Handle) {
        self.unheld.run_on(runtime);
    }
}

pub(super) fn call(conn: &mut Conn, requests: &[batches::Request]) -> Result<Vec<Option<String>>> {
    let Conn::Postgres(conn) = conn else { return Err(Error::ours("a function of PostgreSQL")) };
    if requests.iter().any(|request| request.announces) {
        signal::announce_job();
    }
    let workspace_ids: Vec<i64> = requests.iter().map(|request| request.workspace_id).collect();
    let user_ids: Vec<i64> = requests.iter().map(|request| request.user_id).collect();
    let requests: Vec<&str> = requests.iter().map(|request| request.json.as_str()).collect();
    let requests = format!("[{}]", requests.join(","));
    Ok(diesel::select(connect_unheld_accounts_with_deliveries(workspace_ids, user_ids, requests))
        .load(conn)?)
}
