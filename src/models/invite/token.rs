//! The token of an invite, which is stored sealed.

use super::Invite;
use crate::{
    crypto::{
        seal::{Place, Sealed},
        workspace_token::WorkspaceToken,
    },
    db::types::Uuid,
    models::vault::Vault,
};

/// Seals the token for the row with this uuid.
pub(super) fn seal(token: &WorkspaceToken, vault: &Vault, row: Uuid) -> Sealed {
    vault.ring().seal(&place(row, token.workspace_id()), token.expose())
}

/// `None` if it does not open: the invite has to be sent again.
pub(super) fn open(vault: &Vault, invite: &Invite, sealed: &str) -> Option<WorkspaceToken> {
    let text = vault.open(&place(invite.uuid, invite.workspace_id), sealed).ok()?;
    WorkspaceToken::parse(&text)
}

fn place(row: Uuid, workspace: i64) -> Place {
    Place { table: "invites", column: "token", row: row.0, workspace }
}
