//! Inserts many new accounts with their claims.

use diesel::QueryResult;

use super::NewAccountRow;
use crate::{
    clock,
    db::{
        Cell, Conn,
        dialect::{self, NewClaim},
        insertion::{self, NewRow},
    },
};

/// Inserts accounts that nobody has in this workspace, which must be locked.
pub fn insert_all(conn: &mut Conn, workspace_id: i64, rows: &[NewAccountRow]) -> QueryResult<()> {
    let claims: Vec<NewClaim> = rows.iter().map(NewAccountRow::claim).collect();
    dialect::insert_claims(conn, &claims)?;
    let columns = [
        (Cell::Uuid, "uuid"),
        (Cell::Text, "provider"),
        (Cell::Text, "key"),
        (Cell::Text, "handle"),
        (Cell::Text, "scope"),
        (Cell::Integer, "owner_id"),
        (Cell::Integer, "connected_by"),
        (Cell::Text, "screen_name"),
        (Cell::Text, "twitter_nickname"),
        (Cell::Text, "logo_url"),
        (Cell::Text, "nickname"),
        (Cell::Boolean, "account_verified"),
        (Cell::Text, "location"),
        (Cell::Text, "external_id"),
        (Cell::Text, "access_token"),
        (Cell::Text, "refresh_token"),
        (Cell::Text, "token_id_digest"),
        (Cell::Text, "scopes"),
        (Cell::Text, "handle_aliases"),
        (Cell::Text, "last_sync_history_id"),
        (Cell::Moment, "auth_failed_at"),
        (Cell::Moment, "refreshed_at"),
        (Cell::Moment, "created_at"),
        (Cell::Moment, "updated_at"),
    ];
    let rows = rows.iter().map(|row| Ok(to_cells(row)));
    insertion::insert(conn, "social_accounts", &columns, Some(workspace_id), rows).map(drop)
}

/// In the order of the columns.
fn to_cells(row: &NewAccountRow) -> NewRow {
    let text = |text: &str| Some(text.to_owned());
    vec![
        Some(row.uuid.0.to_string()),
        text(&row.provider),
        text(&row.key),
        text(&row.handle),
        text(row.scope),
        row.owner_id.map(|id| id.to_string()),
        row.connected_by.map(|id| id.to_string()),
        text(&row.screen_name),
        text(&row.twitter_nickname),
        text(&row.logo_url),
        text(&row.nickname),
        Some(row.account_verified.to_string()),
        row.location.clone(),
        row.external_id.clone(),
        row.access_token.clone(),
        row.refresh_token.clone(),
        row.token_id_digest.clone(),
        text(&row.scopes),
        text(&row.handle_aliases),
        text(&row.last_sync_history_id),
        row.auth_failed_at.map(clock::for_database),
        Some(clock::for_database(row.refreshed_at)),
        Some(clock::for_database(row.created_at)),
        Some(clock::for_database(row.updated_at)),
    ]
}
