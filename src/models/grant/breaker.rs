//! A circuit breaker for each network. While a network refuses the service's own app, each request would fail like the
//! one before, so one at a time is let through, with growing pauses. Stored, so that all processes and `doctor` know.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::leasing::DURATION;
use crate::{
    backoff::Backoff,
    clock::{self, Moment},
    db::{Cell, Conn, statement::Statement},
    error::Result,
    schema::network_breakers,
};

const BACKOFF: Backoff = Backoff { first: TimeDelta::minutes(1), max: TimeDelta::minutes(30) };

/// Why a network is not asked.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = network_breakers)]
pub struct Breaker {
    pub provider: String,
    pub reason: String,
    pub since: Moment,
    pub open_until: Moment,
    attempts: i32,
}

/// Whether a network may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passage {
    Free,
    /// As the one request after a pause, which opens or closes the breaker in the time of its lease.
    Probe,
    /// Not before this.
    Barred(Moment),
}

pub fn pass(conn: &mut Conn, provider: &str, now: Moment) -> Result<Passage> {
    let breaker = network_breakers::table.find(provider).select(network_breakers::open_until);
    let Some(until): Option<Moment> = breaker.first(conn).optional()? else { return Ok(Passage::Free) };
    if until > now {
        return Ok(Passage::Barred(until));
    }
    let of_probe = now + DURATION;
    let passage = network_breakers::table
        .filter(network_breakers::provider.eq(provider))
        .filter(network_breakers::open_until.eq(until));
    let passed = diesel::update(passage).set(network_breakers::open_until.eq(of_probe)).execute(conn)?;
    Ok(if passed == 0 { Passage::Barred(of_probe) } else { Passage::Probe })
}

/// Opens it. Only a probe keeps it open for longer.
pub fn open(conn: &mut Conn, provider: &str, reason: &str, is_probe: bool, now: Moment) -> Result<()> {
    let attempts = network_breakers::table.find(provider).select(network_breakers::attempts);
    let attempts: Option<i32> = attempts.first(conn).optional()?;
    if let Some(attempts) = attempts.filter(|_| is_probe) {
        let attempts = attempts.saturating_add(1);
        let change = (
            network_breakers::reason.eq(reason),
            network_breakers::attempts.eq(attempts),
            network_breakers::open_until.eq(now + BACKOFF.delay(attempts)),
        );
        diesel::update(network_breakers::table.find(provider)).set(change).execute(conn)?;
        return Ok(());
    }
    let texts = [provider, reason].map(|text| (Cell::Text, Some(text.to_owned())));
    let moments =
        [now, now + BACKOFF.delay(1)].map(|moment| (Cell::Moment, Some(clock::for_database(moment))));
    Statement::new(
        conn.dialect(),
        "INSERT INTO network_breakers (provider, reason, since, open_until, attempts) VALUES (",
    )
    .bind_all(texts.into_iter().chain(moments))
    .push(", 1) ON CONFLICT (provider) DO NOTHING")
    .execute(conn)?;
    Ok(())
}

/// Closes it, because the network has served the app.
pub fn close(conn: &mut Conn, provider: &str) -> Result<()> {
    diesel::delete(network_breakers::table.find(provider)).execute(conn)?;
    Ok(())
}

/// The breakers that are open.
pub fn load_all(conn: &mut Conn) -> Result<Vec<Breaker>> {
    Ok(network_breakers::table.order(network_breakers::provider).load(conn)?)
}
