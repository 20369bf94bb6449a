//! How an account is connected, in lists of accounts and where one is shown.

use serde::Serialize;
use utoipa::ToSchema;

use crate::models::social_account::connection::{self, Source};

/// Where the token of an account comes from, and how well it is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Connection {
    /// `consent` if the network gave the token, which is then refreshed; `token` if it was pasted or written.
    #[schema(example = "consent")]
    by: &'static str,
    /// `ok`; `needs_reconnect` if only connecting again helps; `unknown` while the network is silent; `paused` by the
    /// operator.
    #[schema(example = "ok")]
    state: String,
    /// `refused` or `suspended` by the network, or `network_unavailable`; null if there is nothing to say.
    #[schema(required)]
    reason: Option<String>,
    /// When the network last said something about it; null for a token that was pasted or written.
    #[schema(format = DateTime, required)]
    checked_at: Option<String>,
    /// When the current token ends, unless it is refreshed before; null if that is not known.
    #[schema(format = DateTime, required)]
    expires_at: Option<String>,
}

impl From<connection::Connection> for Connection {
    fn from(connection: connection::Connection) -> Self {
        let connection::Connection { source, state, reason, checked_at, expires_at } = connection;
        let by = match source {
            Source::Consent => "consent",
            Source::Token => "token",
        };
        Self { by, state, reason, checked_at, expires_at }
    }
}
