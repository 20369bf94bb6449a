//! The invite link. The token is in the fragment, after the `#`, which browsers do not send to servers or proxies.

use diesel::prelude::*;

use super::{Invite, IssuedInvite, token};
use crate::{
    clock::Moment,
    crypto::workspace_token::WorkspaceToken,
    db::Conn,
    error::Result,
    models::vault::Vault,
    schema::{invites, workspaces},
    settings::Settings,
};

/// A pending invite with its link, for the operator to pass on.
pub struct PendingLink {
    pub invite: Invite,
    pub workspace_name: String,
    /// `None` if the stored token does not open.
    pub url: Option<String>,
}

impl IssuedInvite {
    pub fn url(&self, settings: &Settings) -> String {
        url(settings, &self.invite, &self.token)
    }
}

/// All pending invites of this installation with their links, ordered by workspace.
pub fn pending_with_links(
    conn: &mut Conn,
    vault: &Vault,
    settings: &Settings,
    now: Moment,
) -> Result<Vec<PendingLink>> {
    let rows: Vec<(Invite, String, String)> = invites::table
        .inner_join(workspaces::table.on(workspaces::id.eq(invites::workspace_id)))
        .filter(invites::expires_at.gt(now))
        .order((invites::workspace_id, invites::id))
        .select((Invite::columns(), invites::token, workspaces::name))
        .load(conn)?;
    rows.into_iter()
        .map(|(invite, sealed, workspace_name)| {
            let token = token::open(vault, &invite, &sealed);
            let url = token.map(|token| url(settings, &invite, &token));
            Ok(PendingLink { invite, workspace_name, url })
        })
        .collect()
}

fn url(settings: &Settings, invite: &Invite, token: &WorkspaceToken) -> String {
    settings.link(&format!("invites/{}/{}", invite.id, token.expose()))
}
