//! The daily check of the SQLite file for damage. After a failure the service is not ready, until a check finds none.
//! On PostgreSQL there is nothing to check.

use actix_web::web;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::{Failure, Job, Policy, Repeat};
use crate::app::App;

#[derive(Serialize, Deserialize)]
pub struct IntegrityCheck;

impl Job for IntegrityCheck {
    const KIND: &'static str = "integrity";
    const POLICY: Policy = Policy {
        max_running: 1,
        lease: TimeDelta::hours(1),
        first_delay: TimeDelta::minutes(5),
        max_delay: TimeDelta::hours(1),
        repeat: Repeat::Every(TimeDelta::days(1)),
    };

    fn subject(&self) -> String {
        String::new()
    }

    async fn run(self, app: App) -> Result<(), Failure> {
        let file = app.db.file().clone();
        let outcome =
            web::block(move || file.check()).await.map_err(|error| Failure::Later(error.to_string()))?;
        match outcome {
            Ok(None) => Ok(()),
            Ok(Some(damage)) => {
                log::error!("the database is damaged: {damage}; restore the latest backup");
                Err(Failure::Later(format!("the database is damaged: {damage}")))
            }
            Err(error) => Err(Failure::Later(format!("the database could not be checked: {error:#}"))),
        }
    }
}
