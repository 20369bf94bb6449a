//! Why a consent ends without an account, in a word for programs and a sentence for people.

use std::time::Duration;

use strum::{EnumString, IntoStaticStr};

use crate::{
    error::{Error, Problem},
    networks::consent::{
        RETRY_AFTER,
        verdict::{Death, Failure},
    },
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
pub enum Refusal {
    /// It is unknown, was never finished, or is too old.
    #[strum(serialize = "consent_expired")]
    Expired,
    /// The person or the network said no.
    #[strum(serialize = "consent_denied")]
    Denied,
    /// The network did not take the code.
    #[strum(serialize = "code_refused")]
    CodeRefused,
    /// The network gave no token that can be refreshed.
    #[strum(serialize = "offline_access_missing")]
    NotLasting,
    /// The account to reconnect has gone, or has another owner.
    #[strum(serialize = "account_gone")]
    AccountGone,
    /// The network has suspended the account.
    #[strum(serialize = "account_suspended")]
    Suspended,
    /// The network does not answer, or not to us.
    #[strum(serialize = "network_unavailable")]
    Unavailable,
    /// The operator has set up no app.
    #[strum(serialize = "network_not_configured")]
    NotConfigured,
}

impl Refusal {
    /// The stored word, which the API answers too.
    pub fn code(self) -> &'static str {
        self.into()
    }

    /// The refusal with this code.
    pub(super) fn stored(code: Option<&str>) -> Self {
        code.and_then(|code| code.parse().ok()).unwrap_or(Self::Expired)
    }

    fn sentence(self, network: &str) -> String {
        match self {
            Self::Expired => "This attempt to connect an account has expired. Start again.".to_owned(),
            Self::Denied => format!("{network} did not grant access."),
            Self::CodeRefused => {
                format!("{network} did not accept the code, which works once and not for long. Start again.")
            }
            Self::NotLasting => format!(
                "{network} granted no access that lasts. Start again, and allow everything that is asked for."
            ),
            Self::AccountGone => {
                "The account to reconnect has been disconnected or moved. Nothing was connected.".to_owned()
            }
            Self::Suspended => format!("{network} has suspended this account."),
            Self::Unavailable => format!("{network} cannot be reached at the moment"),
            Self::NotConfigured => format!("This service has no page of {network} to send you to."),
        }
    }

    /// The error for the client, at this parameter. `network` is the name that people know.
    pub fn to_error(self, field: &str, network: &str, retry_after: Option<Duration>) -> Error {
        let problem = Problem::new(field, self.code(), self.sentence(network));
        match self {
            Self::Unavailable => {
                Error::NetworkUnavailable { retry_after: retry_after.unwrap_or(RETRY_AFTER), problem }
            }
            Self::NotConfigured => Error::NotOffered(problem),
            _ => Error::Invalid(vec![problem]),
        }
    }
}

/// What a network's failure means for a consent.
impl From<&Failure> for Refusal {
    fn from(failure: &Failure) -> Self {
        match failure {
            Failure::Dead(Death::Refused) => Self::CodeRefused,
            Failure::Dead(Death::Suspended) => Self::Suspended,
            Failure::NotLasting => Self::NotLasting,
            Failure::Ours(_) | Failure::Wait { .. } => Self::Unavailable,
        }
    }
}
