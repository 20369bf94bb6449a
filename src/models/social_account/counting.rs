//! How many accounts there are, as the database keeps it: the migration `counted_accounts` says how.

use diesel::prelude::*;

use super::Owner;
use crate::{db::Conn, error::Result, schema::account_counts};

/// The number of workspace accounts on a network.
pub(super) fn of_workspace(conn: &mut Conn, workspace_id: i64, provider: &str) -> QueryResult<i64> {
    let key = (workspace_id, Owner::Workspace.scope(), provider);
    let kept = account_counts::table.find(key).select(account_counts::accounts).get_result(conn);
    Ok(kept.optional()?.unwrap_or_default())
}

/// The number of all accounts in a workspace, on all networks.
pub fn in_workspace(conn: &mut Conn, workspace_id: i64) -> Result<i64> {
    let counts: Vec<i64> = account_counts::table
        .filter(account_counts::workspace_id.eq(workspace_id))
        .select(account_counts::accounts)
        .load(conn)?;
    Ok(counts.into_iter().sum())
}
