//! Records each access to a stored token: by whom, of which record, and when. It is recorded before the token is sent,
//! and kept for a year. Repeats by one caller, of one record and in one hour are one row, which counts them.

use std::collections::BTreeMap;

use chrono::{DurationRound as _, TimeDelta};
use diesel::prelude::*;
use sha2::{Digest as _, Sha256};

use super::{load::ShownTokens, permissions::Permissions};
use crate::{
    catalogue::{catalogue, object::Object},
    clock::{self, Moment},
    db::{Cell, Conn, statement::Statement, types::Uuid},
    error::{Error, Result},
    models::{caller::Caller, grant, session::Viewer},
    schema::{api_keys, social_accounts, token_readings, users, workspaces},
};

/// The name at `/rest` of social accounts.
const ACCOUNT: &str = "connectedAccount";
const RETENTION: TimeDelta = TimeDelta::days(365);

/// An access to the secrets of one record, not yet recorded.
#[derive(Debug, Clone)]
pub struct TokenReading {
    pub object: &'static Object,
    pub record_id: String,
    /// The names of the secret fields.
    pub fields: Vec<String>,
}

impl TokenReading {
    /// An access to the secrets of a social account.
    pub fn of_account(uuid: Uuid, fields: Vec<String>) -> Self {
        let object = catalogue().target(ACCOUNT);
        Self { object, record_id: uuid.0.to_string(), fields }
    }
}

/// Each row has 9 bind parameters, and SQLite allows 32,766 per statement.
const MAX_ROWS_PER_STATEMENT: usize = 1_000;
/// A statement with at most as many rows as a page of V4 has is prepared.
const MAX_PREPARED_ROWS: usize = 25;

/// Records what a person was shown at V4.
pub fn insert_for_person(conn: &mut Conn, viewer: &Viewer, readings: &[TokenReading]) -> Result<()> {
    insert(conn, &Permissions::new(Caller::Person(viewer.clone())), readings)
}

/// Records the tokens that an answer shows.
pub fn record(conn: &mut Conn, permissions: &Permissions, shown: &ShownTokens) -> Result<()> {
    insert(conn, permissions, &shown.readings)?;
    grant::note_read(conn, permissions.workspace_id(), &shown.granted.read, permissions.caller.now())
}

fn insert(conn: &mut Conn, permissions: &Permissions, readings: &[TokenReading]) -> Result<()> {
    let hour = permissions.caller.now().duration_trunc(TimeDelta::hours(1)).map_err(Error::ours)?;
    // In the order of the ids, so that two transactions cannot wait for each other.
    let mut by_id: BTreeMap<uuid::Uuid, (&TokenReading, u32)> = BTreeMap::new();
    for reading in readings {
        by_id.entry(id(permissions, reading, hour)).or_insert((reading, 0)).1 += 1;
    }
    let rows: Vec<_> = by_id.into_iter().collect();
    for chunk in rows.chunks(MAX_ROWS_PER_STATEMENT) {
        let mut statement = Statement::new(
            conn.dialect(),
            "INSERT INTO token_readings \
             (workspace_id, id, object, record_id, fields, user_id, api_key_id, read_at, times) VALUES ",
        );
        if chunk.len() <= MAX_PREPARED_ROWS {
            statement.prepare();
        }
        for (at, (id, (reading, times))) in chunk.iter().enumerate() {
            statement
                .push(if at == 0 { "(" } else { ", (" })
                .bind_all(row_values(permissions, *id, reading, *times))
                .push(")");
        }
        statement.push(
            " ON CONFLICT (workspace_id, id) DO UPDATE \
             SET times = token_readings.times + excluded.times, read_at = excluded.read_at",
        );
        statement.execute(conn)?;
    }
    Ok(())
}

/// The id of the row: the same for repeats in one hour.
fn id(permissions: &Permissions, reading: &TokenReading, hour: Moment) -> uuid::Uuid {
    let (user_id, api_key_id) = caller_ids(permissions);
    let TokenReading { object, record_id, fields } = reading;
    let parts = (&object.singular, record_id, fields, user_id, api_key_id, hour.and_utc().timestamp());
    let mut id = [0; 16];
    id.copy_from_slice(&Sha256::digest(format!("{parts:?}"))[..16]);
    uuid::Builder::from_custom_bytes(id).into_uuid()
}

/// The id of the person or of the API key.
fn caller_ids(permissions: &Permissions) -> (Option<String>, Option<String>) {
    match &permissions.caller {
        Caller::Person(viewer) => (Some(viewer.user_id.to_string()), None),
        Caller::Key(key) => (None, Some(key.key_id.0.to_string())),
    }
}

fn row_values(
    permissions: &Permissions,
    id: uuid::Uuid,
    reading: &TokenReading,
    times: u32,
) -> [(Cell, Option<String>); 9] {
    let (user_id, api_key_id) = caller_ids(permissions);
    [
        (Cell::Integer, Some(permissions.workspace_id().to_string())),
        (Cell::Uuid, Some(id.to_string())),
        (Cell::Text, Some(reading.object.singular.clone())),
        (Cell::Uuid, Some(reading.record_id.clone())),
        (Cell::Text, Some(reading.fields.join(","))),
        (Cell::Integer, user_id),
        (Cell::Uuid, api_key_id),
        (Cell::Moment, Some(clock::for_database(permissions.caller.now()))),
        (Cell::Integer, Some(times.to_string())),
    ]
}

/// A recorded reading, with the current names of its reader and account.
#[derive(Debug, Queryable)]
pub struct ListedReading {
    /// The last time in that hour.
    pub read_at: Moment,
    /// How often in that hour.
    pub times: i32,
    pub object: String,
    pub record_id: Uuid,
    /// Names separated by commas.
    pub fields: String,
    pub api_key_id: Option<Uuid>,
    pub email: Option<String>,
    pub key_name: Option<String>,
    pub handle: Option<String>,
}

/// The latest readings in a workspace, newest first.
pub fn latest(conn: &mut Conn, workspace_id: i64, limit: i64) -> Result<Vec<ListedReading>> {
    let latest = token_readings::table
        .left_join(users::table.on(users::id.nullable().eq(token_readings::user_id)))
        .left_join(
            api_keys::table.on(api_keys::workspace_id
                .eq(token_readings::workspace_id)
                .and(api_keys::id.nullable().eq(token_readings::api_key_id))),
        )
        .left_join(
            social_accounts::table.on(social_accounts::workspace_id
                .eq(token_readings::workspace_id)
                .and(social_accounts::uuid.eq(token_readings::record_id))),
        )
        .filter(token_readings::workspace_id.eq(workspace_id))
        .order((token_readings::read_at.desc(), token_readings::id.desc()))
        .limit(limit)
        .select((
            token_readings::read_at,
            token_readings::times,
            token_readings::object,
            token_readings::record_id,
            token_readings::fields,
            token_readings::api_key_id,
            users::email.nullable(),
            api_keys::name.nullable(),
            social_accounts::twitter_nickname.nullable(),
        ))
        .load(conn)?;
    Ok(latest)
}

/// Deletes at most `most` readings older than a year, and returns their number. The conditions on workspaces let the
/// indexes be used.
pub fn delete_old(conn: &mut Conn, now: Moment, most: i64) -> Result<usize> {
    let readings = diesel::alias!(token_readings as readings);
    let ids = readings
        .filter(readings.field(token_readings::workspace_id).eq_any(workspaces::table.select(workspaces::id)))
        .filter(readings.field(token_readings::read_at).lt(now - RETENTION))
        .select(readings.field(token_readings::id))
        .limit(most);
    let old = token_readings::table
        .filter(token_readings::workspace_id.eq_any(workspaces::table.select(workspaces::id)))
        .filter(token_readings::id.eq_any(ids));
    Ok(diesel::delete(old).execute(conn)?)
}
