//! Deletes a workspace that has no people any more.

use diesel::prelude::*;

use super::Workspace;
use crate::{
    clock::Moment,
    db::Conn,
    error::Result,
    models::{dependents, event::erasing, grant, job, vault::Vault},
    schema::{api_keys, invites, social_accounts, social_claims, teams, workspaces},
};

impl Workspace {
    /// Deletes the workspace and everything in it. Its people must have left already.
    pub fn delete(conn: &mut Conn, vault: &Vault, id: i64, now: Moment) -> Result<()> {
        dependents::delete_of_workspace(conn, id)?;
        job::delete_of_workspace(conn, id)?;
        diesel::delete(social_accounts::table.filter(social_accounts::workspace_id.eq(id))).execute(conn)?;
        diesel::delete(social_claims::table.filter(social_claims::workspace_id.eq(id))).execute(conn)?;
        grant::end_of_workspace(conn, vault, id, now)?;
        diesel::delete(invites::table.filter(invites::workspace_id.eq(id))).execute(conn)?;
        diesel::delete(api_keys::table.filter(api_keys::workspace_id.eq(id))).execute(conn)?;
        diesel::delete(teams::table.filter(teams::workspace_id.eq(id))).execute(conn)?;
        diesel::delete(workspaces::table.find(id)).execute(conn)?;
        erasing::forget_workspace(id);
        Ok(())
    }
}
