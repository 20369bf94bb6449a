//! The browser returns from the network: which consent it belongs to.

use diesel::prelude::*;
use secrecy::SecretString;

use crate::{
    clock::Moment,
    crypto::workspace_token::WorkspaceToken,
    db::{Conn, types::Uuid},
    error::Result,
    schema::consents,
};

/// Where the browser goes on.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Destination {
    pub id: Uuid,
    /// `None` means our own page.
    pub return_url: Option<String>,
}

/// The destination of a browser with this state; `None` if the state is unknown or its consent has expired. Reads only.
pub fn destination(
    conn: &mut Conn,
    provider: &str,
    state: &SecretString,
    now: Moment,
) -> Result<Option<Destination>> {
    let Some(state) = WorkspaceToken::parse(state) else { return Ok(None) };
    let found = consents::table
        .filter(consents::workspace_id.eq(state.workspace_id()))
        .filter(consents::state_digest.eq(state.digest()))
        .filter(consents::provider.eq(provider))
        .filter(consents::expires_at.gt(now))
        .select((consents::id, consents::return_url))
        .first(conn)
        .optional()?;
    Ok(found)
}
