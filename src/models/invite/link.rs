//! The link that carries an invite's token, in the fragment: no server, proxy or log sees what follows the `#`.

use diesel::prelude::*;

use super::{Invite, IssuedInvite, token::InviteToken};
use crate::{
    clock::Moment,
    db::Conn,
    error::Result,
    models::vault::Vault,
    schema::{invites, workspaces},
    settings::Settings,
};

/// A pending invite as an operator may pass it on.
pub struct PendingLink {
    pub invite: Invite,
    pub workspace_name: String,
    pub url: String,
}

impl IssuedInvite {
    pub fn url(&self, settings: &Settings) -> String {
        url(settings, &self.invite, &self.token)
    }
}

/// Every pending invite of this installation with its link, by workspace.
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
            let token = InviteToken::open(vault, &invite, &sealed)?;
            let url = url(settings, &invite, &token);
            Ok(PendingLink { invite, workspace_name, url })
        })
        .collect()
}

fn url(settings: &Settings, invite: &Invite, token: &InviteToken) -> String {
    settings.link(&format!("invites/{}/{}", invite.id, token.expose()))
}
