//! The networks from which a person has used a session lately. Attempts from there are not refused because of attempts
//! from elsewhere, so that nobody else can use them up.

use chrono::TimeDelta;
use diesel::{
    dsl::exists,
    prelude::*,
    sql_types::{BigInt, Text, Timestamp, Untyped},
};

use crate::{
    clock::Moment,
    db::{Conn, Steps, fixed_sql::fixed_sql},
    error::Result,
    models::email::Email,
    prepared,
    schema::{known_networks, users},
};

/// How long a network stays known after the last use.
const RETENTION: TimeDelta = TimeDelta::days(30);
/// The use of a network is recorded at most this often.
pub const RECORD_INTERVAL: TimeDelta = TimeDelta::days(1);

/// Records a use. `network` is that of [`super::throttle::network`].
pub fn record(conn: &mut Conn, user_id: i64, network: &str, now: Moment) -> Result<()> {
    Ok(recording(conn, user_id, network, now).execute(conn)?)
}

/// The statement that records a use.
pub fn recording(conn: &Conn, user_id: i64, network: &str, now: Moment) -> impl Steps + use<> {
    let text = "INSERT INTO known_networks (user_id, network, last_used_at) VALUES (?, ?, ?) \
                ON CONFLICT (user_id, network) DO UPDATE SET last_used_at = excluded.last_used_at";
    let insert = fixed_sql::<Untyped>(conn, text, text);
    prepared!(
        insert
            .bind(user_id.into_sql::<BigInt>())
            .bind(network.to_owned().into_sql::<Text>())
            .bind(now.into_sql::<Timestamp>())
    )
}

/// Forgets all networks of a person but the one from which they have just changed their password or address: a thief's
/// network was known, too.
pub(super) fn forget_others(conn: &mut Conn, user_id: i64, network: &str, now: Moment) -> Result<()> {
    diesel::delete(known_networks::table.filter(known_networks::user_id.eq(user_id))).execute(conn)?;
    record(conn, user_id, network, now)
}

/// Whether the person with this address has used the network lately.
pub fn is_known(conn: &mut Conn, email: &Email, network: &str, now: Moment) -> Result<bool> {
    let known = known_networks::table
        .inner_join(users::table.on(users::id.eq(known_networks::user_id)))
        .filter(users::email.eq(email.as_str()))
        .filter(known_networks::network.eq(network))
        .filter(known_networks::last_used_at.gt(now - RETENTION));
    Ok(diesel::select(exists(known)).get_result(conn)?)
}

/// Deletes those of at most `most` expired networks and of the same people, and returns their number.
pub fn delete_expired(conn: &mut Conn, now: Moment, most: i64) -> Result<usize> {
    let old = diesel::alias!(known_networks as old);
    let user_ids = old
        .filter(old.field(known_networks::last_used_at).le(now - RETENTION))
        .select(old.field(known_networks::user_id))
        .limit(most);
    let expired = known_networks::table
        .filter(known_networks::user_id.eq_any(user_ids))
        .filter(known_networks::last_used_at.le(now - RETENTION));
    Ok(diesel::delete(expired).execute(conn)?)
}
