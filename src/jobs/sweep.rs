//! The hourly sweep deletes expired rows: ended sessions, old invites, throttle counts, known networks, reset links,
//! stored responses, token readings older than a year, events that are too old, jobs that were given up, deliveries
//! older than a week, and consents with the grants that nobody took. It also switches off webhooks that fail for long. It
//! works in pieces, so that other transactions wait only briefly.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::{Failure, Job, Policy, Repeat, deliveries};
use crate::{
    app::App,
    clock::Moment,
    db::Conn,
    error::Result,
    idempotency,
    models::{
        consent, event::erasing, installation::clock, invite, job, known_network, session, throttle,
        user::resetting, vault::Vault, webhook::delivery,
    },
    records::token_readings,
};

/// How many rows one transaction deletes.
pub const PIECE: u32 = 1_000;

/// Deletes at most so many expired rows of one table, and returns their number.
#[derive(Debug, Clone, Copy)]
pub enum Deletion {
    Of(fn(&mut Conn, Moment, i64) -> Result<usize>),
    /// Of tokens, which then also end at their network.
    OfTokens(fn(&mut Conn, &Vault, Moment, i64) -> Result<usize>),
}

use Deletion::{Of, OfTokens};

pub const DELETIONS: [Deletion; 10] = [
    Of(session::delete_ended),
    Of(invite::delete_expired),
    Of(throttle::delete_expired),
    Of(known_network::delete_expired),
    Of(resetting::delete_expired),
    Of(idempotency::delete_expired),
    Of(job::delete_given_up),
    OfTokens(consent::end_expired),
    Of(token_readings::delete_old),
    Of(delivery::delete_old),
];

impl Deletion {
    pub fn run(self, conn: &mut Conn, vault: &Vault, now: Moment, most: i64) -> Result<usize> {
        match self {
            Of(delete) => delete(conn, now, most),
            OfTokens(delete) => delete(conn, vault, now, most),
        }
    }
}

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
        if !app.db.write(move |conn| clock::is_believed(conn, now)).await? {
            log::warn!(
                "the clock is more than a day after the last sweep; nothing is deleted until an hour has passed by it"
            );
            return Ok(());
        }
        for delete in DELETIONS {
            let vault = app.vault();
            delete_all(&app, move |conn| delete.run(conn, &vault, now, i64::from(PIECE))).await?;
        }
        deliveries::switch_off_failing(&app, now).await?;
        let days = app.settings.events_days;
        delete_all(&app, move |conn| erasing::delete_old(conn, now, days, i64::from(PIECE))).await?;
        Ok(())
    }
}

/// Deletes one piece after the other, until nothing is left. A piece is not always full.
async fn delete_all(
    app: &App,
    delete: impl Fn(&mut Conn) -> Result<usize> + Clone + Send + 'static,
) -> Result<()> {
    while app.db.write_long(delete.clone()).await? > 0 {}
    Ok(())
}
