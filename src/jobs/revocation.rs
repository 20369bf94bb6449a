//! Ends tokens at their network that nobody needs any more, unless their identity has a grant again.

use chrono::TimeDelta;

use super::{Failure, Job, Policy, Repeat};
use crate::{app::App, models::grant::Revocation};

impl Job for Revocation {
    const KIND: &'static str = Self::KIND;
    const POLICY: Policy = Policy {
        max_running: 2,
        lease: TimeDelta::minutes(1),
        first_delay: TimeDelta::seconds(30),
        max_delay: TimeDelta::hours(1),
        repeat: Repeat::UntilDone { within: TimeDelta::days(3) },
    };

    fn subject(&self) -> String {
        self.subject()
    }

    async fn run(self, app: App) -> Result<(), Failure> {
        let Some(page) = app.consents.find(&self.provider) else {
            return Err(Failure::Never("the network is not set up any more".to_owned()));
        };
        let token = self.token.clone().into();
        if !app.db.read_at_once(move |conn| self.is_wanted(conn)).await? {
            return Ok(());
        }
        page.revoke(&token).await.map_err(|failure| Failure::Later(failure.to_string()))
    }
}
