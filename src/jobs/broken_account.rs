//! Queues the letters about an account that has to be connected again, 15 minutes after it broke.

use chrono::TimeDelta;

use super::{Failure, Job, Policy, Repeat, letters::Letter};
use crate::{app::App, db::FirstLock, error::Result, models::social_account::breaking::BrokenAccount};

impl Job for BrokenAccount {
    const KIND: &'static str = Self::KIND;
    const POLICY: Policy = Policy {
        max_running: 2,
        lease: TimeDelta::minutes(1),
        first_delay: TimeDelta::seconds(30),
        max_delay: TimeDelta::hours(1),
        repeat: Repeat::UntilDone { within: TimeDelta::hours(24) },
    };

    fn subject(&self) -> String {
        self.subject()
    }

    fn workspace_id(&self) -> Option<i64> {
        Some(self.workspace_id)
    }

    async fn run(self, app: App) -> Result<(), Failure> {
        if !app.mail.is_configured() {
            return Ok(());
        }
        let (vault, now) = (app.vault(), app.clock.now());
        let db = app.db.in_workspace(Some(FirstLock::Workspace(self.workspace_id)));
        let queue = move |conn: &mut _| -> Result<()> {
            for (user_id, _) in self.recipients_now(conn, now)? {
                Letter::broken_account(self, user_id).write(conn, &vault, now)?;
            }
            Ok(())
        };
        Ok(db.write(queue).await?)
    }
}
