//! The statements of SQLite, in the same order as in the function of PostgreSQL. Each runs on the connection itself.

use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, JoinOnDsl as _, NullableExpressionMethods as _,
    OptionalExtension as _, QueryDsl as _, QueryResult, Queryable, RunQueryDsl as _, SqliteConnection,
    dsl::exists,
};

use super::{Held, NewAccountRow, Outcome, Request};
use crate::{
    clock::Moment,
    db::{
        Conn,
        events::{self, NewEventRow},
        types::Uuid,
    },
    person_name, prepared,
    schema::{known_networks, memberships, sealing_keys, sessions, social_accounts, social_claims, users},
};

diesel::define_sql_function! {
    fn last_insert_rowid() -> BigInt;
}

/// Writes only if it connects the account.
pub(super) fn connect(conn: &mut Conn, request: &Request) -> QueryResult<Option<Outcome>> {
    let Conn::Sqlite(conn) = conn else { return Ok(None) };
    let Some(person) = person(conn, request)?.filter(|person| request.roles.contains(&person.role)) else {
        return Ok(None);
    };
    let held = held(conn, &request.account)?;
    if !held.is_empty() {
        return Ok(Some(Outcome::Held(held)));
    }
    let id = insert(conn, &request.account)?;
    let account_owner = request.account.owner_id.map(|_| person.uuid);
    let event = NewEventRow { actor_name: Some(person.name()), ..request.event.clone() };
    events::collect(event, Some(request.account.cells(account_owner)));
    Ok(Some(Outcome::Connected(id)))
}

/// Who connects the account.
#[derive(Queryable)]
struct Person {
    /// Of the membership.
    uuid: Uuid,
    role: i32,
    first_name: Option<String>,
    last_name: Option<String>,
    email: String,
}

impl Person {
    fn name(&self) -> String {
        person_name::of(self.first_name.as_deref(), self.last_name.as_deref(), &self.email)
    }
}

/// `None` if they may not, or if the use of the session or the network has to be recorded.
fn person(conn: &mut SqliteConnection, request: &Request) -> QueryResult<Option<Person>> {
    let signing_key = sealing_keys::table
        .find(&request.signing_key)
        .filter(sealing_keys::retired_at.is_null())
        .select(sealing_keys::id);
    let person = sessions::table
        .inner_join(users::table.on(users::id.eq(sessions::user_id)))
        .inner_join(
            memberships::table.on(memberships::workspace_id
                .eq(users::workspace_id)
                .and(memberships::user_id.eq(users::id))),
        )
        .inner_join(
            known_networks::table
                .on(known_networks::user_id.eq(users::id).and(known_networks::network.eq(&request.network))),
        )
        .filter(sessions::uuid.eq(request.session))
        .filter(sessions::user_id.eq(request.user_id))
        .filter(sessions::last_used_at.gt(request.used_after))
        .filter(sessions::last_used_at.gt(sessions::created_at))
        .filter(users::workspace_id.eq(request.account.workspace_id))
        .filter(known_networks::last_used_at.gt(request.network_used_after))
        .filter(exists(signing_key))
        .select((memberships::uuid, memberships::role, users::first_name, users::last_name, users::email));
    prepared!(person).get_result(conn).optional()
}

/// Looks by handle and by key in two statements: with both in one condition, SQLite would read every account.
fn held(conn: &mut SqliteConnection, account: &NewAccountRow) -> QueryResult<Vec<Held>> {
    let accounts = || {
        social_accounts::table
            .left_join(users::table.on(users::id.nullable().eq(social_accounts::owner_id)))
            .filter(social_accounts::workspace_id.eq(account.workspace_id))
            .filter(social_accounts::provider.eq(&account.provider))
            .select((
                social_accounts::created_at,
                (
                    social_accounts::id,
                    social_accounts::owner_id,
                    social_accounts::key,
                    social_accounts::handle,
                    users::email.nullable(),
                ),
            ))
    };
    let same_handle = accounts().filter(social_accounts::handle.eq(&account.handle));
    let same_key = accounts().filter(social_accounts::key.eq(&account.key));
    let mut held: Vec<(Moment, Held)> = prepared!(same_handle).load(conn)?;
    held.extend(prepared!(same_key).load::<(Moment, Held)>(conn)?);
    held.sort_by_key(|(created_at, held)| (*created_at, held.account_id));
    held.dedup_by_key(|(_, held)| held.account_id);
    Ok(held.into_iter().map(|(_, held)| held).collect())
}

fn insert(conn: &mut SqliteConnection, account: &NewAccountRow) -> QueryResult<i64> {
    let claim = (
        social_claims::workspace_id.eq(account.workspace_id),
        social_claims::provider.eq(&account.provider),
        social_claims::key.eq(&account.key),
        social_claims::scope.eq(account.scope),
    );
    let claim = diesel::insert_into(social_claims::table).values(claim).on_conflict_do_nothing();
    prepared!(claim).execute(conn)?;
    prepared!(diesel::insert_into(social_accounts::table).values(account)).execute(conn)?;
    diesel::select(last_insert_rowid()).get_result(conn)
}
