//! Connects an account that nobody in the workspace has, in one call of the database. It repeats in SQL who may connect
//! and who may have the account already; what to conclude from that is decided in [`super::conflict`] alone, and whatever
//! is not settled at once is left to [`super::connecting`].

use serde::{Deserialize, Serialize};

use super::{
    NewAccount, Owner, SocialAccount,
    conflict::{self, Conflict, Holder, Refusal},
    identity::Identity,
    new_row::{Creator, NewRow},
};
use crate::{
    clock::{self, Moment},
    db::{self, Db, types::Uuid},
    error::{Error, Result},
    models::{
        known_network,
        role::Role,
        session::{Session, TOUCH_INTERVAL},
        throttle,
        vault::Vault,
    },
};

/// A request to connect an account for the first time.
pub struct FirstConnection {
    request: db::Request,
    user_id: i64,
    owner: Owner,
    identity: Identity,
    /// As it will be stored, with 0 for its id.
    account: SocialAccount,
    parameter: String,
}

/// Besides the account: what a session needs to act without a record of its use.
#[derive(Serialize)]
struct Request<'a> {
    session: Uuid,
    user_id: i64,
    #[serde(serialize_with = "clock::serialize")]
    used_after: Moment,
    roles: Vec<i32>,
    signing_key: &'a str,
    network: String,
    #[serde(serialize_with = "clock::serialize")]
    network_used_after: Moment,
    account: &'a NewRow<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Connected(i64),
    Held(Vec<Held>),
}

#[derive(Deserialize)]
struct Held {
    account_id: i64,
    owner_id: Option<i64>,
    key: String,
    handle: String,
    email: Option<String>,
}

impl FirstConnection {
    /// `None` if the database has no such call, or if the session's token does not say in which workspace its person is.
    pub fn new(db: &Db, vault: &Vault, session: &Session, owner: Owner, new: &NewAccount) -> Option<Self> {
        if !db.connects_in_calls() {
            return None;
        }
        let workspace_id = session.workspace_id_in_token?;
        let identity = new.identity(vault);
        let creator = Creator { workspace_id, user_id: Some(session.user_id), now: session.now };
        let row = NewRow::new(vault, creator, owner, &identity, new);
        let may_connect = |role: &Role| role.is_admin() || owner != Owner::Workspace;
        let request = Request {
            session: session.uuid,
            user_id: session.user_id,
            used_after: session.now - TOUCH_INTERVAL,
            roles: Role::ALL.into_iter().filter(may_connect).map(Role::id).collect(),
            signing_key: session.key_id.as_str(),
            network: throttle::network(session.client),
            network_used_after: session.now - known_network::RECORD_INTERVAL,
            account: &row,
        };
        let json = serde_json::to_string(&request).ok()?;
        let request = db::Request { json, keys: Box::new(vault.clone()) };
        let account = row.into_account(0);
        let parameter = new.parameter.clone();
        Some(Self { request, user_id: session.user_id, owner, identity, account, parameter })
    }

    /// The account, if it was connected; `None` leaves the request to a transaction of its own.
    pub async fn attempt(self, db: &Db) -> Result<Option<SocialAccount>> {
        let Some(outcome) = db.connect_unheld(self.request).await? else { return Ok(None) };
        let holders: Vec<Holder> = match serde_json::from_str(&outcome).map_err(Error::ours)? {
            Outcome::Connected(id) => return Ok(Some(SocialAccount { id, ..self.account })),
            Outcome::Held(held) => held.into_iter().map(Holder::from).collect(),
        };
        match conflict::between(Some(self.user_id), self.owner, &self.identity, &holders) {
            // Members learn whom to ask, which is another statement.
            None | Some(Conflict::HeldByWorkspace { .. }) => Ok(None),
            Some(conflict) => Err(Refusal::to_an_admin(conflict).to_error(&self.parameter)),
        }
    }
}

impl From<Held> for Holder {
    fn from(held: Held) -> Self {
        let owner = held.owner_id.map_or(Owner::Workspace, Owner::Person);
        Self::new(held.account_id, owner, held.email.as_deref(), Identity::stored(&held.key, &held.handle))
    }
}
