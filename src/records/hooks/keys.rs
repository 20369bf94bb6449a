//! `apiKeys`: a key created here has no secret and no scopes, so nothing accepts it; `/api/v4/api_keys` creates usable
//! keys. A revoked key stays revoked, and its expiry can only be moved earlier.

use diesel::prelude::*;

use crate::{
    catalogue::object::Object,
    clock::{self, Moment},
    db::{
        Cell, events,
        insertion::{self, NewRow},
        types::Uuid,
    },
    error::{Error, Result},
    models::{
        caller::Caller,
        event::{Event, Verb, object},
    },
    records::{
        input::{Input, Purpose},
        transaction::{Body, RecordError, Transaction, checks, record_error},
    },
    schema::api_keys,
};

const NOT_BY_API_KEYS: &str = "API keys cannot create API keys. Sign in and use POST /api/v4/api_keys.";
const REVOKED_FOR_GOOD: &str = "revokedAt can be set once, and not be changed or cleared";
const ONLY_EARLIER: &str = "expiresAt can only come nearer";
const NO_SCOPES: &str = "[]";
const MAX_NAME_CHARS: usize = 255;

/// Creates keys in the name of the signed-in person; refuses API keys.
pub fn create_all(
    tx: &mut Transaction,
    object: &'static Object,
    bodies: &[Body],
) -> Result<Vec<String>, RecordError> {
    let Caller::Person(member) = tx.caller else { return Err(Error::Forbidden(NOT_BY_API_KEYS).into()) };
    let mut inputs = Vec::new();
    let rows = record_error::try_map(bodies, |body| {
        let input = Input::parse(object, body, Purpose::Create)?;
        checks::expect_required(&input)?;
        let row = new_row(&input, member.user_id, tx.permissions.caller.now())?;
        inputs.push(input);
        Ok(row)
    })?;
    checks::expect_unused(tx, object, &inputs)?;
    let columns = [
        (Cell::Uuid, "id"),
        (Cell::Text, "name"),
        (Cell::Text, "scopes"),
        (Cell::Moment, "expires_at"),
        (Cell::Moment, "revoked_at"),
        (Cell::Integer, "created_by"),
        (Cell::Moment, "created_at"),
        (Cell::Moment, "updated_at"),
    ];
    let ids: Vec<String> = rows.iter().filter_map(|row| row.first().cloned().flatten()).collect();
    let names: Vec<String> = rows.iter().map(|row| row[1].clone().unwrap_or_default()).collect();
    let rows = rows.into_iter().map(Ok);
    insertion::insert::<Error>(tx.conn, "api_keys", &columns, Some(member.workspace_id), rows)?;
    for (id, name) in ids.iter().zip(names) {
        Event::of_record(Verb::Created, object, member.workspace_id, id, name).record(tx.conn)?;
    }
    Ok(ids)
}

/// In the order of the columns.
fn new_row(input: &Input, user_id: i64, now: Moment) -> Result<NewRow> {
    Ok(vec![
        Some(input.id.clone().unwrap_or_else(|| Uuid::random().0.to_string())),
        Some(parse_name(input)?.unwrap_or_default()),
        Some(NO_SCOPES.to_owned()),
        input.moment("expiresAt").flatten().map(clock::for_database),
        input.moment("revokedAt").flatten().map(clock::for_database),
        Some(user_id.to_string()),
        Some(clock::for_database(now)),
        Some(clock::for_database(now)),
    ])
}

pub fn update(tx: &mut Transaction, id: &str, input: &Input) -> Result<()> {
    let key = api_keys::table.find((tx.permissions.workspace_id(), Uuid(id.parse().map_err(Error::ours)?)));
    let (expires_at, revoked_at): (Option<Moment>, Option<Moment>) =
        key.select((api_keys::expires_at, api_keys::revoked_at)).get_result(tx.conn)?;
    let revoked = input.moment("revokedAt");
    if revoked_at.is_some() && revoked.is_some_and(|sent| sent != revoked_at) {
        return Err(Error::invalid("revokedAt", "revoked", REVOKED_FOR_GOOD));
    }
    let expires = input.moment("expiresAt");
    let is_earlier = |sent: Option<Moment>| match (sent, expires_at) {
        (sent, stored) if sent == stored => true,
        (Some(_), None) => true,
        (Some(sent), Some(stored)) => sent < stored,
        (None, _) => false,
    };
    if expires.is_some_and(|sent| !is_earlier(sent)) {
        return Err(Error::invalid("expiresAt", "later", ONLY_EARLIER));
    }
    let name: String = diesel::update(key)
        .set((
            parse_name(input)?.map(|name| api_keys::name.eq(name)),
            expires.map(|expires_at| api_keys::expires_at.eq(expires_at)),
            revoked.map(|revoked_at| api_keys::revoked_at.eq(revoked_at)),
            api_keys::updated_at.eq(tx.permissions.caller.now()),
        ))
        .returning(api_keys::name)
        .get_result(tx.conn)?;
    let sent = ["name", "expiresAt", "revokedAt"].into_iter().filter(|field| input.get(field).is_some());
    event(tx, Verb::Updated, id, name).fields(sent).record(tx.conn)
}

/// Deletes the key; requests with it are refused as invalid from then on.
pub fn delete(tx: &mut Transaction, id: &str) -> Result<()> {
    let key = api_keys::table.find((tx.permissions.workspace_id(), Uuid(id.parse().map_err(Error::ours)?)));
    events::keep_deleted(tx.conn, tx.permissions.workspace_id(), object::API_KEY, id)?;
    let name: String = diesel::delete(key).returning(api_keys::name).get_result(tx.conn)?;
    event(tx, Verb::Deleted, id, name).record(tx.conn)
}

fn event(tx: &Transaction, verb: Verb, id: &str, name: String) -> Event {
    Event::new(verb, object::API_KEY, tx.permissions.workspace_id(), &id).label(name)
}

fn parse_name(input: &Input) -> Result<Option<String>> {
    let Some(name) = input.get("name") else { return Ok(None) };
    let name = name.unwrap_or_default();
    if name.chars().count() > MAX_NAME_CHARS {
        return Err(Error::Unreadable(format!("name: is longer than {MAX_NAME_CHARS} characters")));
    }
    Ok(Some(name.to_owned()))
}
