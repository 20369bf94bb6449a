//! Connects an account that nobody in the workspace has, the short way: [`crate::db::unheld`] repeats who may connect and
//! who may have the account already. What to conclude from that is decided in [`super::conflict`] alone, and whatever is not
//! settled at once is left to [`super::connecting`].

use std::sync::Arc;

use super::{
    NewAccount, Owner, SocialAccount,
    conflict::{self, Conflict, Holder, Refusal},
    identity::Identity,
    new_row::Creator,
};
use crate::{
    db::{
        Db,
        unheld::{Held, NewAccountRow, Outcome, Request},
    },
    error::Result,
    models::{
        event::{AccountChange, Event, Verb},
        known_network,
        role::Role,
        session::{Session, TOUCH_INTERVAL},
        throttle,
        vault::Vault,
    },
};

/// A request to connect an account for the first time.
pub struct FirstConnection {
    request: Request,
    vault: Vault,
    user_id: i64,
    owner: Owner,
    identity: Identity,
    /// As it will be stored, with 0 for its id.
    account: SocialAccount,
    parameter: String,
}

impl FirstConnection {
    /// `None` if the session's token does not say in which workspace its person is.
    pub fn new(vault: &Vault, session: &Session, owner: Owner, new: &NewAccount) -> Option<Self> {
        let workspace_id = session.workspace_id_in_token?;
        let identity = new.identity(vault);
        let creator = Creator { workspace_id, user_id: Some(session.user_id), now: session.now };
        let row = NewAccountRow::new(vault, creator, owner, &identity, new);
        let may_connect = |role: &Role| role.is_admin() || owner != Owner::Workspace;
        let account = row.to_account(0);
        let event = Event::of_account(Verb::Created, &account).change(AccountChange::Connected);
        let request = Request {
            session: session.uuid,
            user_id: session.user_id,
            used_after: session.now - TOUCH_INTERVAL,
            roles: Role::ALL.into_iter().filter(may_connect).map(Role::id).collect(),
            signing_key: session.key_id.as_str().to_owned(),
            network: throttle::network(session.client),
            network_used_after: session.now - known_network::RECORD_INTERVAL,
            account: row,
            event: event.into_row_of_person(session.user_id, session.now),
        };
        Some(Self {
            request,
            vault: vault.clone(),
            user_id: session.user_id,
            owner,
            identity,
            account,
            parameter: new.parameter.clone(),
        })
    }

    /// The account, if it was connected; `None` leaves the request to a transaction of its own.
    pub async fn attempt(self, db: &Db) -> Result<Option<SocialAccount>> {
        let Some(outcome) = db.connect_unheld(self.request, Arc::new(self.vault)).await? else {
            return Ok(None);
        };
        let holders: Vec<Holder> = match outcome {
            Outcome::Connected(id) => return Ok(Some(SocialAccount { id, ..self.account })),
            Outcome::Held(held) => held.into_iter().map(Holder::from).collect(),
            Outcome::AskedFor { .. } => return Ok(None),
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
