//! Refreshes grants in the background: those whose tokens are being read shortly before these end, the others once a week.
//! Every process looks for due grants; leases decide which one asks the network.

use std::time::Duration;

use actix_web::rt;
use futures_util::{StreamExt as _, stream};
use tokio::{task::JoinHandle, time::sleep};

use crate::{
    app::App,
    error::Result,
    models::grant::{self, Purpose},
};

const POLL_INTERVAL: Duration = Duration::from_secs(5);
/// While there are more due grants than one look finds.
const SHORT_INTERVAL: Duration = Duration::from_secs(1);
/// How many grants one look finds at most.
const PIECE: u32 = 40;
const MAX_FLIGHTS: usize = 8;

/// Starts to look, unless no network is set up. The flights go on when it is aborted.
pub fn start(app: App) -> Option<JoinHandle<()>> {
    (!app.consents.is_empty()).then(|| rt::spawn(run(app)))
}

async fn run(app: App) {
    loop {
        let interval = match refresh_due(&app).await {
            Ok(count) if count >= PIECE as usize => SHORT_INTERVAL,
            Ok(_) => POLL_INTERVAL,
            Err(error) => {
                log::warn!("cannot look for grants to refresh: {}", error.causes());
                POLL_INTERVAL
            }
        };
        sleep(interval).await;
    }
}

/// Refreshes the grants that are due, and returns how many were found.
async fn refresh_due(app: &App) -> Result<usize> {
    let (networks, now) = (app.consents.networks(), app.clock.now());
    let due = app.db.read_at_once(move |conn| grant::due(conn, &networks, now, i64::from(PIECE))).await?;
    let (count, refresher) = (due.len(), app.refresher());
    let refresh = |grant| refresher.refresh(grant, Purpose::Background);
    stream::iter(due).for_each_concurrent(MAX_FLIGHTS, refresh).await;
    Ok(count)
}
