//! Waiting for the request that is at a consent. Looking only reads, so that who waits does not lock the workspace.

use std::time::Duration;

use diesel::prelude::*;
use tokio::time::{Instant, sleep};

use super::Consent;
use crate::{
    clock::{Clock, Moment},
    db::{Conn, Db},
    error::Result,
    schema::consents,
};

const LOOK_INTERVAL: Duration = Duration::from_millis(100);

impl Consent {
    /// Returns when the consent has changed, when its lease has ended, or at `until`.
    pub(super) async fn wait(&self, db: &Db, clock: &Clock, until: Instant) -> Result<()> {
        let known = Some((self.status.clone(), self.leased_until));
        while self.is_leased(clock.now()) && Instant::now() < until {
            sleep(LOOK_INTERVAL).await;
            let row = (self.workspace_id, self.id);
            let current: Option<(String, Option<Moment>)> = db
                .read_at_once(move |conn: &mut Conn| {
                    let row = consents::table.find(row).select((consents::status, consents::leased_until));
                    Ok(row.first(conn).optional()?)
                })
                .await?;
            if current != known {
                break;
            }
        }
        Ok(())
    }
}
