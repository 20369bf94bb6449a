//! The responses of `/consents`.

use secrecy::ExposeSecret as _;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    clock::{self, Moment},
    models::consent::{
        candidates::{Candidate, Finished, Held},
        starting::Started,
    },
};

/// A consent that has begun.
#[derive(Debug, Serialize, ToSchema)]
pub struct StartedConsent {
    #[schema(example = true)]
    success: bool,
    consent: PendingConsent,
}

#[derive(Serialize, ToSchema)]
pub struct PendingConsent {
    id: Uuid,
    /// The network's page, for the browser of this person alone.
    #[schema(example = "https://x.com/i/oauth2/authorize?response_type=code")]
    authorize_url: String,
    /// When the browser must be back.
    #[serde(serialize_with = "clock::serialize")]
    #[schema(value_type = String, format = DateTime)]
    expires_at: Moment,
}

/// The URL has the state in it.
impl std::fmt::Debug for PendingConsent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PendingConsent").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A consent with its outcome.
#[derive(Debug, Serialize, ToSchema)]
pub struct FinishedConsent {
    #[schema(example = true)]
    success: bool,
    consent: ConsentOutcome,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ConsentOutcome {
    id: Uuid,
    /// `granted`, or `used` after an account was connected.
    #[schema(example = "granted")]
    status: &'static str,
    /// The accounts that may be connected; none after one was.
    candidates: Vec<ConsentCandidate>,
}

/// An account that may be connected, in the words of its network.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum ConsentCandidate {
    Account(NetworkCandidate),
}

/// An account that may be connected.
#[derive(Debug, Serialize, ToSchema)]
pub struct NetworkCandidate {
    /// Names it within this consent.
    #[schema(example = "1")]
    key: String,
    /// The display name.
    #[schema(example = "Falcons Athletics")]
    screen_name: String,
    /// The handle.
    #[schema(example = "falcons")]
    handle: String,
    logo_url: String,
    account_verified: bool,
    /// `yours` or `workspace` if you or the workspace have it already, otherwise null.
    #[schema(required)]
    connected: Option<&'static str>,
}

impl StartedConsent {
    pub fn new(started: &Started) -> Self {
        let consent = PendingConsent {
            id: started.id.0,
            authorize_url: started.authorize_url.expose_secret().to_owned(),
            expires_at: started.expires_at,
        };
        Self { success: true, consent }
    }
}

impl FinishedConsent {
    pub fn new(finished: Finished) -> Self {
        let candidates = finished.candidates.into_iter().map(ConsentCandidate::from).collect();
        let consent = ConsentOutcome { id: finished.id.0, status: finished.status.name(), candidates };
        Self { success: true, consent }
    }
}

impl From<Candidate> for ConsentCandidate {
    fn from(candidate: Candidate) -> Self {
        let profile = candidate.profile;
        Self::Account(NetworkCandidate {
            key: candidate.key,
            screen_name: profile.name,
            handle: profile.handle,
            logo_url: profile.logo_url,
            account_verified: profile.is_verified,
            connected: candidate.connected.map(|held| match held {
                Held::Yours => "yours",
                Held::Workspace => "workspace",
            }),
        })
    }
}
