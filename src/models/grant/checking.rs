//! Asking a network whose a grant is: it is refreshed before if it is due, and what the network says is recorded.

use diesel::prelude::*;
use tokio::time::{Instant, timeout_at};

use super::{
    ACTOR, Access, Condition, GrantId, Reason, State, access, identification,
    refreshing::{MAX_WAIT, Refresher},
    schedule::Purpose,
    storing::Refusal,
};
use crate::{
    clock::Moment,
    db::{Conn, FirstLock, Lane, Variant, among, dialect},
    error::Result,
    models::{event, social_account::granted, vault::Vault},
    networks::consent::{
        Consent, Identified,
        verdict::{Death, Failure},
    },
    schema::grants,
};

/// What came of asking.
pub enum Answer {
    Identified(Identified),
    /// The network has suspended the account.
    Suspended,
    /// The grant had to be given again before, so nobody asked.
    NeedsReconnect,
    /// There is no such grant.
    Gone,
    /// The network says nothing about the grant.
    Nothing(Failure),
}

/// What the network has said of the current token.
#[derive(Debug, Clone)]
enum Finding {
    Works,
    Suspended,
    /// Nothing, because it refuses the service's own app.
    AppRefused(String),
}

impl Refresher {
    /// Asks whose a grant is. If the network rejects the access token, the grant is refreshed, and the network asked again.
    /// New tokens are waited for no longer than a reader waits.
    pub async fn identify(&self, page: &dyn Consent, grant: GrantId) -> Result<Answer> {
        let until = Instant::now() + MAX_WAIT;
        let mut purpose = Purpose::Reading;
        loop {
            _ = timeout_at(until, self.refresh(grant, purpose)).await;
            let Some(access) = self.access(grant).await? else { return self.explain_absence(grant).await };
            if access.expires_at.is_some_and(|end| end <= self.clock.now()) {
                return Ok(Answer::Nothing(Failure::wait("an access token has ended, and is not replaced")));
            }
            if purpose == Purpose::Rejected(access.version) {
                return Ok(Answer::Nothing(Failure::wait("an access token is refused, and not replaced")));
            }
            let answer = match page.identify(&access.token).await {
                Ok(identified) => Answer::Identified(identified),
                // The token may have ended early; the refresh token says whether the grant has.
                Err(Failure::Dead(Death::Refused)) if purpose == Purpose::Reading => {
                    purpose = Purpose::Rejected(access.version);
                    continue;
                }
                Err(Failure::Dead(Death::Suspended)) => Answer::Suspended,
                Err(failure) => {
                    failure.log(page.network());
                    Answer::Nothing(failure)
                }
            };
            self.record_answer(page, grant, access.version, &answer).await?;
            return Ok(answer);
        }
    }

    async fn access(&self, grant: GrantId) -> Result<Option<Access>> {
        let (vault, GrantId { workspace_id, id }) = (self.vault.clone(), grant);
        let db = self.db.in_lane(Lane::Workspace(workspace_id));
        db.read_at_once(move |conn| access(conn, &vault, workspace_id, id)).await
    }

    /// Why a grant has no access token.
    async fn explain_absence(&self, grant: GrantId) -> Result<Answer> {
        let db = self.db.in_lane(Lane::Workspace(grant.workspace_id));
        let condition = db.read_at_once(move |conn| Condition::find(conn, grant)).await?;
        Ok(condition.map_or(Answer::Gone, |_| Answer::NeedsReconnect))
    }

    async fn record_answer(
        &self,
        page: &dyn Consent,
        grant: GrantId,
        version: i64,
        answer: &Answer,
    ) -> Result<()> {
        let finding = match answer {
            Answer::Identified(_) => Finding::Works,
            Answer::Suspended => Finding::Suspended,
            Answer::Nothing(Failure::Ours(reason)) => Finding::AppRefused(reason.clone()),
            Answer::NeedsReconnect | Answer::Gone | Answer::Nothing(_) => return Ok(()),
        };
        let (vault, provider, now) = (self.vault.clone(), page.network().name, self.clock.now());
        let db = self.db.in_workspace(Some(FirstLock::Workspace(grant.workspace_id)));
        db.write(move |conn| finding.record(conn, &vault, provider, grant, version, now)).await
    }
}

impl Finding {
    /// Says nothing about tokens that were replaced meanwhile.
    fn record(
        &self,
        conn: &mut Conn,
        vault: &Vault,
        provider: &str,
        grant: GrantId,
        version: i64,
        now: Moment,
    ) -> Result<()> {
        let GrantId { workspace_id, id } = grant;
        dialect::lock_workspace(conn, workspace_id)?;
        let current = grants::table
            .filter(grants::workspace_id.eq(workspace_id))
            .filter(grants::id.eq(id))
            .filter(grants::version.eq(version))
            .filter(grants::leased_until.is_null().or(grants::leased_until.assume_not_null().le(now)))
            .filter(among(grants::state, State::REFRESHED));
        match self {
            Self::Works => {
                let works = (
                    grants::state.eq(State::Ok.name()),
                    grants::reason.eq(None::<&str>),
                    grants::last_checked_at.eq(Some(now)),
                );
                Variant(diesel::update(current).set(works)).execute(conn)?;
                identification::allow(conn, provider)?;
            }
            Self::Suspended => {
                let refusal = Refusal::new(Reason::Suspended, now);
                if Variant(diesel::update(current).set(refusal)).execute(conn)? > 0 {
                    event::act_as_job(ACTOR, now);
                    granted::fail(conn, vault, workspace_id, id, now)?;
                }
            }
            Self::AppRefused(reason) => identification::refuse(conn, provider, reason, now)?,
        }
        Ok(())
    }
}
