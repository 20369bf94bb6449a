//! Checking a grant because somebody asks: it is refreshed if it is due, and the network is asked whose it is.

use diesel::prelude::*;

use super::{
    ACTOR, Access, GrantId, Reason, State, access, refreshing::Refresher, schedule::Purpose, storing::Refusal,
};
use crate::{
    clock::Moment,
    db::{Conn, FirstLock, Lane, Variant, among, dialect},
    error::Result,
    models::{event, social_account::granted, vault::Vault},
    networks::consent::verdict::{Death, Failure},
    schema::grants,
};

/// What the network has said of the current token.
#[derive(Debug, Clone, Copy)]
enum Finding {
    Works,
    Suspended,
}

impl Refresher {
    /// Returns when what the network says is recorded; the failure if it says nothing. A grant that has to be given again
    /// is not asked about.
    pub async fn check(&self, grant: GrantId) -> Result<Option<Failure>> {
        self.refresh(grant, Purpose::Reading).await;
        let found = self.access(grant).await?;
        let Some(Access { token, provider, version, .. }) = found else { return Ok(None) };
        let Some(page) = self.pages.find(&provider) else { return Ok(None) };
        let finding = match page.identify(&token).await {
            Ok(_) => Finding::Works,
            Err(Failure::Dead(Death::Suspended)) => Finding::Suspended,
            // The token may have ended early; the refresh token says whether the grant has.
            Err(Failure::Dead(Death::Refused)) => {
                self.refresh(grant, Purpose::Rejected).await;
                let is_unchanged = self.access(grant).await?.is_some_and(|access| access.version == version);
                return Ok(
                    is_unchanged.then(|| Failure::wait("an access token is refused, and not replaced"))
                );
            }
            Err(failure) => {
                failure.log(page.network());
                return Ok(Some(failure));
            }
        };
        let (vault, now) = (self.vault.clone(), self.clock.now());
        let db = self.db.in_workspace(Some(FirstLock::Workspace(grant.workspace_id)));
        db.write(move |conn| finding.record(conn, &vault, grant, version, now)).await?;
        Ok(None)
    }

    async fn access(&self, grant: GrantId) -> Result<Option<Access>> {
        let (vault, GrantId { workspace_id, id }) = (self.vault.clone(), grant);
        let db = self.db.in_lane(Lane::Workspace(workspace_id));
        db.read_at_once(move |conn| access(conn, &vault, workspace_id, id)).await
    }
}

impl Finding {
    /// Says nothing about tokens that were replaced meanwhile.
    fn record(self, conn: &mut Conn, vault: &Vault, grant: GrantId, version: i64, now: Moment) -> Result<()> {
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
            }
            Self::Suspended => {
                let refusal = Refusal::new(Reason::Suspended, now);
                if Variant(diesel::update(current).set(refusal)).execute(conn)? > 0 {
                    event::act_as_job(ACTOR, now);
                    granted::fail(conn, vault, workspace_id, id, now)?;
                }
            }
        }
        Ok(())
    }
}
