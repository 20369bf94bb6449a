//! How an account is connected, and how well its token is.

use serde::Deserialize;

use super::SocialAccount;
use crate::{
    error::{Error, Result},
    models::grant::State,
};

/// An account with its connection.
#[derive(Debug, Clone)]
pub struct ConnectedAccount {
    pub account: SocialAccount,
    pub connection: Connection,
}

#[derive(Debug, Clone)]
pub struct Connection {
    pub source: Source,
    /// A stored [`State`].
    pub state: String,
    pub reason: Option<String>,
    /// When the network last said something about it, in ISO 8601.
    pub checked_at: Option<String>,
    pub expires_at: Option<String>,
}

/// Where the token comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Consent,
    Token,
}

/// The JSON of [`GrantState`](crate::db::GrantState).
#[derive(Deserialize)]
struct StoredState {
    state: String,
    reason: Option<String>,
    checked_at: Option<String>,
    expires_at: Option<String>,
}

impl ConnectedAccount {
    /// `grant` is the value of [`GrantState`](crate::db::GrantState).
    pub fn new(account: SocialAccount, grant: Option<&str>) -> Result<Self> {
        let connection = Connection::new(&account, grant)?;
        Ok(Self { account, connection })
    }
}

impl Connection {
    /// Of an account, with the state of its grant if it has one. What nobody refreshes is known by its failures alone.
    pub fn new(account: &SocialAccount, grant: Option<&str>) -> Result<Self> {
        let Some(grant) = grant else {
            let state = if account.auth_failed_at.is_none() { State::Ok } else { State::NeedsReconnect };
            let source = Source::Token;
            let state = state.name().to_owned();
            return Ok(Self { source, state, reason: None, checked_at: None, expires_at: None });
        };
        let StoredState { state, reason, checked_at, expires_at } =
            serde_json::from_str(grant).map_err(Error::ours)?;
        Ok(Self { source: Source::Consent, state, reason, checked_at, expires_at })
    }
}
