//! The lane of a request that presents a token which begins with its workspace.

use secrecy::SecretString;

use crate::{crypto::workspace_token::WorkspaceToken, db::Lane};

/// The lane of the workspace that a token names, whether or not there is such a token.
pub fn of_token(presented: &SecretString) -> Lane {
    Lane::of_workspace(WorkspaceToken::parse(presented).map(|token| token.workspace_id()))
}
