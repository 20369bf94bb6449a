//! The networks from which a person has signed in lately. Attempts from there are counted apart, so that nobody else can
//! use them up.

use chrono::TimeDelta;
use diesel::{dsl::exists, prelude::*};

use crate::{
    clock::Moment,
    db::Conn,
    error::Result,
    models::email::Email,
    schema::{known_networks, users},
};

/// How long a network stays known after the last sign-in from it.
const RETENTION: TimeDelta = TimeDelta::days(30);

/// Records a sign-in. `network` is that of [`super::throttle::network`].
pub fn record(conn: &mut Conn, user_id: i64, network: &str, now: Moment) -> Result<()> {
    let recorded = known_networks::table.find((user_id, network));
    let updated = diesel::update(recorded).set(known_networks::last_sign_in_at.eq(now)).execute(conn)?;
    if updated == 0 {
        diesel::insert_into(known_networks::table)
            .values((
                known_networks::user_id.eq(user_id),
                known_networks::network.eq(network),
                known_networks::last_sign_in_at.eq(now),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Whether the person with this address has signed in from the network lately.
pub fn is_known(conn: &mut Conn, email: &Email, network: &str, now: Moment) -> Result<bool> {
    let known = known_networks::table
        .inner_join(users::table.on(users::id.eq(known_networks::user_id)))
        .filter(users::email.eq(email.as_str()))
        .filter(known_networks::network.eq(network))
        .filter(known_networks::last_sign_in_at.gt(now - RETENTION));
    Ok(diesel::select(exists(known)).get_result(conn)?)
}

pub fn delete_expired(conn: &mut Conn, now: Moment) -> Result<()> {
    diesel::delete(known_networks::table.filter(known_networks::last_sign_in_at.le(now - RETENTION)))
        .execute(conn)?;
    Ok(())
}
