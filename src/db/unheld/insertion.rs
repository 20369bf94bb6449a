//! Inserts many new accounts with their claims.

use diesel::{
    IntoSql as _, QueryResult, RunQueryDsl as _,
    sql_types::{Text, Untyped},
};
use serde_json::Value;

use super::NewAccountRow;
use crate::{
    clock::Moment,
    db::{
        Cell, Conn,
        fixed_sql::fixed_sql,
        insertion::{self, NewRow},
    },
    prepared,
};

/// Inserts accounts that nobody has in this workspace, which must be locked.
pub fn insert_all(conn: &mut Conn, workspace_id: i64, rows: &[NewAccountRow]) -> QueryResult<()> {
    insert_claims(conn, rows)?;
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
        (Cell::Text, "scopes"),
        (Cell::Text, "handle_aliases"),
        (Cell::Text, "last_sync_history_id"),
        (Cell::Moment, "auth_failed_at"),
        (Cell::Moment, "refreshed_at"),
        (Cell::Moment, "created_at"),
        (Cell::Moment, "updated_at"),
    ];
    let rows: Vec<NewRow> = rows.iter().map(to_cells).collect();
    insertion::insert(conn, "social_accounts", &columns, workspace_id, &rows).map(drop)
}

fn insert_claims(conn: &mut Conn, rows: &[NewAccountRow]) -> QueryResult<usize> {
    let insert = fixed_sql::<Untyped>(
        conn,
        "INSERT INTO social_claims (workspace_id, provider, key, scope) \
         SELECT (value ->> 0)::bigint, value ->> 1, value ->> 2, value ->> 3 \
         FROM jsonb_array_elements(?::jsonb) ON CONFLICT DO NOTHING",
        "INSERT INTO social_claims (workspace_id, provider, key, scope) \
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?) WHERE true \
         ON CONFLICT DO NOTHING",
    );
    let claims: Value = rows
        .iter()
        .map(|row| serde_json::json!([row.workspace_id, row.provider, row.key, row.scope]))
        .collect();
    prepared!(insert.bind(claims.to_string().into_sql::<Text>())).execute(conn)
}

/// In the order of the columns.
fn to_cells(row: &NewAccountRow) -> NewRow {
    let text = |text: &str| Some(text.to_owned());
    let moment = |moment: Moment| moment.format("%F %T%.f").to_string();
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
        text(&row.scopes),
        text(&row.handle_aliases),
        text(&row.last_sync_history_id),
        row.auth_failed_at.map(moment),
        Some(moment(row.refreshed_at)),
        Some(moment(row.created_at)),
        Some(moment(row.updated_at)),
    ]
}
