//! Consent: the page of a network on which people grant access, and the requests with which the service uses what was
//! granted. A network with such a page implements [`Consent`] in its own file and is listed in [`configured`].

pub mod http;
pub mod verdict;

use std::{fmt, sync::Arc, time::Duration};

use chrono::TimeDelta;
use futures_util::future::BoxFuture;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use self::verdict::Failure;
use super::{Network, twitter};
use crate::settings::Settings;

/// What a network answers, after at most [`http::TIMEOUT`].
pub type Answer<'a, T> = BoxFuture<'a, Result<T, Failure>>;

/// One attempt to get a grant, as both the browser and the service present it.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Our address to which the network returns the browser.
    pub redirect_url: String,
    /// The verifier of PKCE (RFC 7636).
    pub verifier: SecretString,
}

/// A network with a page for consent, set up by the operator. Each method except the first two is one request.
pub trait Consent: Send + Sync {
    fn network(&self) -> &'static Network;

    /// The page to which the browser is sent. `state` returns with the browser.
    fn authorize_url(&self, attempt: &Attempt, state: &SecretString) -> Result<SecretString, Failure>;

    /// Exchanges a code for tokens. The code is spent, whatever the answer is.
    fn redeem<'a>(&'a self, attempt: &'a Attempt, code: &'a SecretString) -> Answer<'a, Pair>;

    /// Whose grant a token belongs to, and the accounts to which it gives access.
    fn identify<'a>(&'a self, access_token: &'a SecretString) -> Answer<'a, Identified>;

    /// Exchanges a refresh token for new tokens. A network may accept a refresh token only once.
    fn refresh<'a>(&'a self, refresh_token: &'a SecretString) -> Answer<'a, Pair>;

    /// Ends the grant of a refresh token, or of an access token. Ending it twice succeeds.
    fn revoke<'a>(&'a self, token: &'a SecretString) -> Answer<'a, ()>;
}

/// The tokens of a grant. What an answer to a refresh leaves out has not changed.
#[derive(Debug, Clone)]
pub struct Pair {
    pub access_token: SecretString,
    /// `None` on a network whose tokens are not refreshed.
    pub refresh_token: Option<SecretString>,
    /// Empty if the network does not say.
    pub scopes: Vec<String>,
    /// How long the access token lives from now on; `None` if the network does not say.
    pub lifetime: Option<TimeDelta>,
}

/// Whose grant it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identified {
    /// The network's own id of the person or account that consented. Grants are kept by it.
    pub holder_id: String,
    /// On X the holder's own account, on other networks all of their pages.
    pub profiles: Vec<Profile>,
}

/// An account as the network describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// The network's own id, which never changes.
    pub external_id: String,
    /// The display name.
    pub name: String,
    pub handle: String,
    /// Empty if there is no picture.
    pub logo_url: String,
    pub is_verified: bool,
}

/// The consents that the operator has set up.
#[derive(Clone, Default)]
pub struct Consents(Vec<Arc<dyn Consent>>);

impl Consents {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The stored names of their networks.
    pub fn networks(&self) -> Vec<&'static str> {
        self.0.iter().map(|consent| consent.network().name).collect()
    }

    /// The consent of the network with this name.
    pub fn find(&self, network: &str) -> Option<Arc<dyn Consent>> {
        self.0.iter().find(|consent| consent.network().name == network).cloned()
    }
}

impl fmt::Debug for Consents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|consent| consent.network().name)).finish()
    }
}

/// The consents of these settings.
pub fn configured(settings: &Settings) -> anyhow::Result<Consents> {
    let x = twitter::consent::configured(settings)?;
    Ok(Consents(x.into_iter().collect()))
}

/// How long a client should wait if the network does not say.
pub const RETRY_AFTER: Duration = Duration::from_secs(30);
