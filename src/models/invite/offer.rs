//! What a client with an invite's token may see: the invite, its workspace, the owner and the sender.

use super::Invite;
use crate::{
    db::Conn,
    error::Result,
    models::{user::User, workspace::Workspace},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub invite: Invite,
    pub workspace: Workspace,
    pub owner: Option<User>,
    /// `None` once they have left the workspace or are no admin any more.
    pub sender: Option<User>,
}

impl Offer {
    pub fn load(conn: &mut Conn, invite: Invite) -> Result<Self> {
        let workspace = Workspace::find(conn, invite.workspace_id)?;
        let owner = workspace.owner(conn)?;
        let sender = invite.sender_id.map(|id| User::find(conn, id)).transpose()?;
        Ok(Self { invite, workspace, owner, sender })
    }
}
