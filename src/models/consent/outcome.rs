//! The sealed outcome of a consent: first the tokens, and when it is known whose they are, the accounts.

use chrono::{DateTime, TimeDelta};
use diesel::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::Consent;
use crate::{
    clock::Moment,
    db::Conn,
    error::{Error, Result},
    models::vault::Vault,
    networks::consent::{Pair, Profile},
    schema::consents,
};

/// The tokens, while the network is asked whose they are.
#[derive(Serialize, Deserialize)]
pub struct StoredPair {
    access_token: String,
    refresh_token: Option<String>,
    scopes: Vec<String>,
    /// Milliseconds since 1970.
    expires_at: Option<i64>,
}

/// The accounts that may be connected, while their tokens are in the grant.
#[derive(Serialize, Deserialize)]
pub struct StoredProfiles {
    pub profiles: Vec<Profile>,
}

impl StoredPair {
    pub fn new(pair: &Pair, now: Moment) -> Self {
        Self {
            access_token: pair.access_token.expose_secret().to_owned(),
            refresh_token: pair.refresh_token.as_ref().map(|token| token.expose_secret().to_owned()),
            scopes: pair.scopes.clone(),
            expires_at: pair.lifetime.map(|lifetime| (now + lifetime).and_utc().timestamp_millis()),
        }
    }

    /// The pair, with the life that its access token still has.
    pub fn into_pair(self, now: Moment) -> Pair {
        let expires_at = self.expires_at.and_then(DateTime::from_timestamp_millis);
        Pair {
            access_token: self.access_token.into(),
            refresh_token: self.refresh_token.map(SecretString::from),
            scopes: self.scopes,
            lifetime: expires_at.map(|at| (at.naive_utc() - now).max(TimeDelta::zero())),
        }
    }
}

impl Consent {
    pub(super) fn seal_outcome(&self, vault: &Vault, outcome: &impl Serialize) -> Result<String> {
        let json = serde_json::to_string(outcome).map_err(Error::ours)?;
        Ok(vault.ring().seal(&self.place("outcome"), &json).as_str().to_owned())
    }

    /// Loads and opens the outcome.
    pub(super) fn outcome<T: DeserializeOwned>(&self, conn: &mut Conn, vault: &Vault) -> Result<T> {
        let sealed: Option<String> =
            consents::table.find((self.workspace_id, self.id)).select(consents::outcome).first(conn)?;
        let json = self.open(vault, "outcome", sealed)?;
        serde_json::from_str(json.expose_secret())
            .map_err(|_| Error::ours("the outcome of a consent is unreadable"))
    }
}
