//! What is thrown away once nobody can use it: ended sessions, invites of long ago, counted attempts, readings
//! of a year ago.

use std::time::Duration;

use actix_web::rt::time::interval;
use diesel::prelude::*;

use crate::{
    app::App,
    clock::Moment,
    db::Conn,
    error::Result,
    idempotency,
    models::{invite, session::UNUSED_AT_MOST, throttle},
    records::token_readings,
    schema::sessions,
};

const EVERY: Duration = Duration::from_hours(1);

/// Sweeps at the start and every hour after, for as long as the service runs.
pub async fn keep(app: App) {
    let mut hours = interval(EVERY);
    loop {
        hours.tick().await;
        let now = app.clock.now();
        if let Err(error) = app.db.write(move |conn| sweep(conn, now)).await {
            log::warn!("housekeeping is put off for an hour: {error}");
        }
    }
}

pub fn sweep(conn: &mut Conn, now: Moment) -> Result<()> {
    diesel::delete(sessions::table.filter(sessions::last_used_at.le(now - UNUSED_AT_MOST))).execute(conn)?;
    invite::forget_expired(conn, now)?;
    throttle::forget_expired(conn, now)?;
    idempotency::forget_expired(conn, now)?;
    token_readings::delete_old(conn, now)?;
    Ok(())
}
