//! Networks that do not tell this service's app whose a token is, for example because its balance is used up. They may
//! refresh tokens all the same, so no breaker opens. Stored, so that `doctor` knows.

use diesel::prelude::*;

use crate::{
    clock::{self, Moment},
    db::{Cell, Conn, statement::Statement},
    error::Result,
    schema::identification_refusals,
};

/// Why a network does not tell whose a token is.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct IdentificationRefusal {
    pub provider: String,
    pub reason: String,
    pub since: Moment,
}

/// Remembers that a network does not tell.
pub fn refuse(conn: &mut Conn, provider: &str, reason: &str, now: Moment) -> Result<()> {
    let cells = [
        (Cell::Text, Some(provider.to_owned())),
        (Cell::Text, Some(reason.to_owned())),
        (Cell::Moment, Some(clock::for_database(now))),
    ];
    Statement::new(conn.dialect(), "INSERT INTO identification_refusals (provider, reason, since) VALUES (")
        .bind_all(cells)
        .push(") ON CONFLICT (provider) DO UPDATE SET reason = excluded.reason")
        .execute(conn)?;
    Ok(())
}

/// Forgets it, because the network has told.
pub fn allow(conn: &mut Conn, provider: &str) -> Result<()> {
    diesel::delete(identification_refusals::table.find(provider)).execute(conn)?;
    Ok(())
}

/// The networks that do not tell.
pub fn load_all(conn: &mut Conn) -> Result<Vec<IdentificationRefusal>> {
    Ok(identification_refusals::table.order(identification_refusals::provider).load(conn)?)
}
