//! Refreshes the statistics of the query planner, every day.

use chrono::TimeDelta;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Failure, Job, Policy, Repeat};
use crate::app::App;

#[derive(Serialize, Deserialize)]
pub struct Optimize;

impl Job for Optimize {
    const KIND: &'static str = "optimize";
    const POLICY: Policy = Policy {
        max_running: 1,
        lease: TimeDelta::minutes(10),
        first_delay: TimeDelta::minutes(1),
        max_delay: TimeDelta::hours(1),
        repeat: Repeat::Every(TimeDelta::days(1)),
    };

    fn subject(&self) -> String {
        String::new()
    }

    async fn run(self, app: App) -> Result<(), Failure> {
        app.db.write(|conn| Ok(diesel::sql_query("ANALYZE").execute(conn)?)).await?;
        Ok(())
    }
}
