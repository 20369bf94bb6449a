//! How an account is connected, and how well its token is.

use serde::Deserialize;

use super::SocialAccount;
use crate::{
    clock::{self, Moment},
    error::{Error, Result},
    models::grant::{Reason, State},
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
    attempts: i32,
    leased_until: Option<String>,
    checked_at: Option<String>,
    expires_at: Option<String>,
}

impl StoredState {
    /// Whether the token has ended, and the last request for another one got no answer. Times in ISO 8601 are in the order
    /// of their texts.
    fn is_unanswered(&self, now: &str) -> bool {
        let has_ended = self.expires_at.as_deref().is_some_and(|end| end <= now);
        let is_asking = self.leased_until.as_deref().is_some_and(|until| until > now);
        has_ended && self.attempts > i32::from(is_asking)
    }
}

impl ConnectedAccount {
    /// `grant` is the value of [`GrantState`](crate::db::GrantState).
    pub fn new(account: SocialAccount, grant: Option<&str>, now: Moment) -> Result<Self> {
        let connection = Connection::new(&account, grant, now)?;
        Ok(Self { account, connection })
    }
}

impl Connection {
    /// Of an account, with the state of its grant if it has one. What nobody refreshes is known by its failures alone.
    pub fn new(account: &SocialAccount, grant: Option<&str>, now: Moment) -> Result<Self> {
        let Some(grant) = grant else {
            let state = if account.auth_failed_at.is_none() { State::Ok } else { State::NeedsReconnect };
            let source = Source::Token;
            let state = state.name().to_owned();
            return Ok(Self { source, state, reason: None, checked_at: None, expires_at: None });
        };
        let mut stored: StoredState = serde_json::from_str(grant).map_err(Error::ours)?;
        if stored.state == State::Ok.name() && stored.is_unanswered(&clock::iso8601(now)) {
            State::Unknown.name().clone_into(&mut stored.state);
            stored.reason = Some(Reason::NetworkUnavailable.name().to_owned());
        }
        let StoredState { state, reason, checked_at, expires_at, .. } = stored;
        Ok(Self { source: Source::Consent, state, reason, checked_at, expires_at })
    }
}
