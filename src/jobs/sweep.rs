//! The hourly sweep deletes expired rows: ended sessions, old invites, throttle counts, known networks, reset links,
//! stored responses, token readings older than a year, and jobs that were given up.

use chrono::TimeDelta;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Failure, Job, Policy, Repeat};
use crate::{
    app::App,
    clock::Moment,
    db::Conn,
    error::Result,
    idempotency,
    models::{invite, job, known_network, session::MAX_RECORDED_IDLE, throttle, user::resetting},
    records::token_readings,
    schema::sessions,
};

#[derive(Serialize, Deserialize)]
pub struct Sweep;

impl Job for Sweep {
    const KIND: &'static str = "sweep";
    const POLICY: Policy = Policy {
        max_running: 1,
        lease: TimeDelta::minutes(10),
        first_delay: TimeDelta::minutes(1),
        max_delay: TimeDelta::hours(1),
        repeat: Repeat::Every(TimeDelta::hours(1)),
    };

    fn subject(&self) -> String {
        String::new()
    }

    async fn run(self, app: App) -> Result<(), Failure> {
        let now = app.clock.now();
        app.db.write(move |conn| sweep(conn, now)).await?;
        Ok(())
    }
}

pub fn sweep(conn: &mut Conn, now: Moment) -> Result<()> {
    diesel::delete(sessions::table.filter(sessions::last_used_at.le(now - MAX_RECORDED_IDLE)))
        .execute(conn)?;
    invite::delete_expired(conn, now)?;
    throttle::delete_expired(conn, now)?;
    known_network::delete_expired(conn, now)?;
    resetting::delete_expired(conn, now)?;
    idempotency::delete_expired(conn, now)?;
    job::delete_given_up(conn, now)?;
    token_readings::delete_old(conn, now)?;
    Ok(())
}
